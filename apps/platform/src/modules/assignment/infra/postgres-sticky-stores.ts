import { createHash } from 'node:crypto';

import type { StickyKey, StickyRecord, StickyStore } from '@sortition/evaluation';
import type { Clock } from '@sortition/kernel';
import type { EntityManager } from 'typeorm';

import type { TenantDatabase } from '../../../runtime/database/tenant-database.js';
import type { EnvironmentId } from '../application/loaded-environment.js';
import type { ExpiredAssignments } from '../application/remove-expired-assignments.js';
import { STICKY_TTL_MS, type StickyStores } from '../application/sticky-stores.js';
import { LOOK_UP, REMOVE_EXPIRED, STORE } from './sticky-statements.js';

/** An assignment is renewed when it was last renewed longer ago than this. */
const RENEWAL_MS = 24 * 60 * 60 * 1_000;
/** Stands for no organization: row-level security shows such a transaction nothing but what the purge may see. */
const NO_ORGANIZATION = '00000000-0000-0000-0000-000000000000';

/** Sticky assignments in a table of PostgreSQL. */
export class PostgresStickyStores implements StickyStores, ExpiredAssignments {
  constructor(
    private readonly database: TenantDatabase,
    private readonly clock: Clock,
    /** PostgreSQL gives up on a look-up or a write after this time, in milliseconds. */
    private readonly timeoutMs: number,
  ) {}

  of(environment: EnvironmentId): StickyStore {
    return {
      lookUp: (keys) => this.lookUp(environment, keys),
      store: (records) => this.store(environment, records),
    };
  }

  async removeExpired(limit: number): Promise<number> {
    return this.database.transaction(NO_ORGANIZATION, async (manager) => {
      await manager.query(`SELECT set_config('sortition.sticky_purge', 'on', true)`);
      const [counted]: readonly { readonly removed: number }[] = await manager.query(REMOVE_EXPIRED, [limit]);
      return counted?.removed ?? 0;
    });
  }

  private async lookUp(environment: EnvironmentId, keys: readonly StickyKey[]): Promise<readonly StickyRecord[]> {
    const now = this.clock.now();
    const rows: readonly { readonly ordinal: number; readonly variant: string }[] = await this.run(
      environment,
      (manager) =>
        manager.query(LOOK_UP, [
          environment.environmentId,
          keys.map(({ materialization }) => materialization),
          keys.map(({ unit }) => digestOf(unit)),
          new Date(now),
          new Date(now + STICKY_TTL_MS - RENEWAL_MS),
          new Date(now + STICKY_TTL_MS),
        ]),
    );
    return rows.flatMap(({ ordinal, variant }) => {
      const key = keys[ordinal - 1];
      return key ? [{ ...key, variant }] : [];
    });
  }

  private async store(environment: EnvironmentId, records: readonly StickyRecord[]): Promise<void> {
    const now = this.clock.now();
    const rows = firstOfEachKey(records);
    await this.run(environment, (manager) =>
      manager.query(STORE, [
        environment.environmentId,
        environment.organizationId,
        rows.map(({ materialization }) => materialization),
        rows.map(({ digest }) => digest),
        rows.map(({ variant }) => variant),
        new Date(now),
        new Date(now + STICKY_TTL_MS),
      ]),
    );
  }

  private run<T>({ organizationId }: EnvironmentId, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(organizationId, async (manager) => {
      await manager.query(`SELECT set_config('statement_timeout', $1, true)`, [String(this.timeoutMs)]);
      return work(manager);
    });
  }
}

function digestOf(unit: string): Buffer {
  return createHash('sha256').update(unit).digest();
}

interface StickyRow {
  readonly materialization: string;
  readonly digest: Buffer;
  readonly variant: string;
}

/** In one order for all writers, so that none waits for another in a circle. */
function firstOfEachKey(records: readonly StickyRecord[]): readonly StickyRow[] {
  const rows = new Map<string, StickyRow>();
  for (const { materialization, unit, variant } of records) {
    const digest = digestOf(unit);
    const key = `${digest.toString('hex')} ${materialization}`;
    if (!rows.has(key)) rows.set(key, { materialization, digest, variant });
  }
  return [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}
