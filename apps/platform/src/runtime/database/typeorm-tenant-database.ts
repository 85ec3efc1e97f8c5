import type { DataSource, EntityManager } from 'typeorm';

import { callStatement } from './call-statement.js';
import { databaseFailure } from './database-failure.js';
import type { TenantCall, TenantDatabase } from './tenant-database.js';

/** {@link TenantDatabase} on a TypeORM pool. */
export class TypeormTenantDatabase implements TenantDatabase {
  constructor(private readonly source: DataSource) {}

  transaction<T>(organizationId: string, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.run('sortition.organization_id', organizationId, work);
  }

  read<T>(organizationId: string, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.run('sortition.organization_id', organizationId, async (manager) => {
      await manager.query('SET TRANSACTION READ ONLY');
      return work(manager);
    });
  }

  async callEach<T>(calls: readonly TenantCall[]): Promise<readonly T[]> {
    const { statement, parameters } = callStatement(calls);
    try {
      const [row] = await this.source.query<readonly Readonly<Record<number, T>>[]>(statement, [...parameters]);
      // What is missing must not pass for an answer: an event would count as stored.
      if (!row) throw new Error(`The calls returned no row: ${statement}`);
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
    return this.run(setting, value, work);
  }

  private async run<T>(setting: string, value: string, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.source.transaction(async (manager) => {
        await manager.query('SELECT set_config($1, $2, true)', [setting, value]);
        return work(manager);
      });
    } catch (error) {
      throw databaseFailure(error) ?? error;
    }
  }
}
