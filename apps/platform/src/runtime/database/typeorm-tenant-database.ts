import type { DataSource, EntityManager } from 'typeorm';

import { APP_ROLE, localSettings, TRANSACTION_SETTINGS } from './app-role.js';
import { callStatement } from './call-statement.js';
import { databaseFailure } from './database-failure.js';
import { notIsolated, wrongRole } from './require-isolation.js';
import type { TenantCall, TenantDatabase } from './tenant-database.js';

interface TakenRole {
  readonly role: string;
}

/** The role is the last column, so it is read after the first has taken it. $1 name of a setting, $2 its value. */
const BEGIN_WRITE = `SELECT ${localSettings(TRANSACTION_SETTINGS)}, set_config($1, $2, true), current_user::text AS role`;
const BEGIN_READ = `SELECT ${localSettings([...TRANSACTION_SETTINGS, ['transaction_read_only', 'on']])}, set_config($1, $2, true), current_user::text AS role`;

/** {@link TenantDatabase} on a TypeORM pool. Each transaction takes role and tenant for itself: see ADR 0008. */
export class TypeormTenantDatabase implements TenantDatabase {
  constructor(private readonly source: DataSource) {}

  transaction<T>(organizationId: string, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.run(BEGIN_WRITE, 'sortition.organization_id', organizationId, work);
  }

  read<T>(organizationId: string, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.run(BEGIN_READ, 'sortition.organization_id', organizationId, work);
  }

  async callEach<T>(calls: readonly TenantCall[]): Promise<readonly T[]> {
    const { statement, parameters } = callStatement(calls);
    try {
      const [row] = await this.source.query<readonly (TakenRole & Readonly<Record<number, T>>)[]>(statement, [
        ...parameters,
      ]);
      // What is missing must not pass for an answer: an event would count as stored.
      if (!row) throw new Error(`The calls returned no row: ${statement}`);
      requireAppRole(row);
      return calls.map((_, index) => row[index] as T);
    } catch (error) {
      throw databaseFailure(error) ?? error;
    }
  }

  /**
   * Reads the one row that a lookup policy shows to whoever knows its public key, before a tenant is known.
   *
   * @param setting name of the setting that the policy compares, for example `sortition.key_selector`.
   */
  lookUp<T>(
    setting: 'sortition.key_selector' | 'sortition.organization_key',
    value: string,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    return this.run(BEGIN_READ, setting, value, work);
  }

  private async run<T>(
    begin: string,
    setting: string,
    value: string,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.source.transaction(async (manager) => {
        const [taken]: readonly TakenRole[] = await manager.query(begin, [setting, value]);
        requireAppRole(taken);
        return work(manager);
      });
    } catch (error) {
      throw databaseFailure(error) ?? error;
    }
  }
}

function requireAppRole(taken: TakenRole | undefined): void {
  if (taken?.role !== APP_ROLE) throw notIsolated(wrongRole(taken?.role));
}
