import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { TENANT_DATABASE, type TenantDatabase } from '../../../runtime/database/tenant-database.js';
import type { EventLog, LogEnd, LogRecord, NewRecord } from '../application/event-log.js';
import { APPEND, READ } from './event-log-statements.js';

/**
 * Key of the advisory lock that an appending transaction holds until it has committed. Without it a transaction could
 * draw offset 7, be overtaken by the commit of offset 8, and a consumer that has read 8 would never see 7. With it
 * offsets become visible in their order. The other way, to stop reading at the oldest running transaction
 * (pg_snapshot_xmin), needs no lock but lets any long transaction of the cluster, a dump for example, hold up the
 * loader. The lock costs little because a process commits many batches in one transaction.
 */
const APPEND_LOCK = 7_310_275_460_010;
/** Stands for no organization: row-level security shows such a transaction nothing but what `consume` allows. */
const NO_ORGANIZATION = '00000000-0000-0000-0000-000000000000';
/** Between the payloads of one parameter: JSON text never holds it unescaped. */
const SEPARATOR = '\u001e';

interface LogRow {
  readonly offset: string;
  readonly environment_id: string;
  readonly event_id: string;
  readonly time_micros: string;
  readonly received_micros: string;
  readonly kind: 'exposure' | 'tracked';
  readonly payload: unknown;
}

/** The log in a table of PostgreSQL. */
@Injectable()
export class PostgresEventLog implements EventLog {
  readonly duplicateWindowMs = Number.POSITIVE_INFINITY;
  private readonly listeners = new Set<() => void>();
  private knownSource: string | undefined;

  constructor(@Inject(TENANT_DATABASE) private readonly database: TenantDatabase) {}

  async append(records: readonly NewRecord[]): Promise<readonly boolean[]> {
    const first = records[0];
    if (!first) return [];
    const isNew = new Array<boolean>(records.length).fill(false);
    await this.database.transaction(first.organizationId, async (manager) => {
      await manager.query(`SELECT set_config('synchronous_commit', 'on', true), pg_advisory_xact_lock($1)`, [
        APPEND_LOCK,
      ]);
      for (const [organizationId, indexes] of byOrganization(records)) {
        // Row-level security checks the rows of each organization against the organization itself.
        if (organizationId !== first.organizationId) {
          await manager.query(`SELECT set_config('sortition.organization_id', $1, true)`, [organizationId]);
        }
        for (const ordinal of await insert(manager, organizationId, records, indexes)) {
          isNew[indexes[ordinal - 1] ?? -1] = true;
        }
      }
    });
    for (const listener of this.listeners) listener();
    return isNew;
  }

  async read(after: number, limit: number): Promise<readonly LogRecord[]> {
    const rows = await this.consume<LogRow>((manager) => manager.query(READ, [after, limit]));
    return rows.map((row) => ({
      offset: Number(row.offset),
      environmentId: row.environment_id,
      eventId: row.event_id,
      timeMicros: Number(row.time_micros),
      receivedMicros: Number(row.received_micros),
      kind: row.kind,
      payload: row.payload,
    }));
  }

  async end(): Promise<LogEnd> {
    const rows = await this.consume<{ readonly offset: string; readonly time: Date }>(async (manager) => {
      // Waits for the append that is under way: its records may carry a time before the one that is returned.
      await manager.query(`SELECT pg_advisory_xact_lock_shared($1)`, [APPEND_LOCK]);
      return manager.query(
        `SELECT COALESCE(max("offset"), 0) AS "offset", statement_timestamp() AS time FROM event_log`,
      );
    });
    const row = rows[0];
    if (!row) throw new Error('The aggregate over the event log returned no row.');
    return { offset: Number(row.offset), time: row.time };
  }

  async source(): Promise<string> {
    if (this.knownSource === undefined) {
      const rows = await this.consume<{ readonly log_id: string }>((manager) =>
        manager.query(`SELECT log_id FROM event_log_identity`),
      );
      this.knownSource = `postgres/${rows[0]?.log_id ?? ''}`;
    }
    return this.knownSource;
  }

  async commitOffset(consumer: string, offset: number): Promise<void> {
    await this.database.transaction(NO_ORGANIZATION, (manager) =>
      manager.query(
        `INSERT INTO event_consumer (name, "offset") VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET "offset" = excluded."offset", updated_at = now()
         WHERE excluded."offset" > event_consumer."offset"`,
        [consumer, offset],
      ),
    );
  }

  async committedOffset(consumer: string): Promise<number> {
    const rows = await this.consume<{ readonly offset: string }>((manager) =>
      manager.query(`SELECT "offset" FROM event_consumer WHERE name = $1`, [consumer]),
    );
    return Number(rows[0]?.offset ?? 0);
  }

  onAppended(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private consume<Row>(work: (manager: EntityManager) => Promise<readonly Row[]>): Promise<readonly Row[]> {
    return this.database.read(NO_ORGANIZATION, async (manager) => {
      await manager.query(`SELECT set_config('sortition.event_consumer', 'on', true)`);
      return work(manager);
    });
  }
}

/** Returns the ordinals, from 1, of the records that were new. */
async function insert(
  manager: EntityManager,
  organizationId: string,
  records: readonly NewRecord[],
  indexes: readonly number[],
): Promise<readonly number[]> {
  const chosen = firstOfEachId(records, indexes);
  const column = (value: (record: NewRecord) => string | number, separator: string): string =>
    chosen.map(({ record }) => value(record)).join(separator);
  const rows: readonly { readonly environment_id: string; readonly event_id: string }[] = await manager.query(APPEND, [
    organizationId,
    `{${column((record) => record.environmentId, ',')}}`,
    `{${column((record) => record.eventId, ',')}}`,
    `{${column((record) => record.timeMs, ',')}}`,
    `{${column((record) => record.kind, ',')}}`,
    column((record) => record.payload, SEPARATOR),
    SEPARATOR,
  ]);
  if (rows.length === chosen.length) return chosen.map(({ ordinal }) => ordinal);
  const inserted = new Set(rows.map((row) => `${row.environment_id} ${row.event_id}`));
  return chosen.filter(({ record }) => inserted.has(idOf(record))).map(({ ordinal }) => ordinal);
}

function firstOfEachId(
  records: readonly NewRecord[],
  indexes: readonly number[],
): readonly { readonly record: NewRecord; readonly ordinal: number }[] {
  const seen = new Set<string>();
  const chosen: { readonly record: NewRecord; readonly ordinal: number }[] = [];
  indexes.forEach((index, position) => {
    const record = records[index];
    if (!record || seen.has(idOf(record))) return;
    seen.add(idOf(record));
    chosen.push({ record, ordinal: position + 1 });
  });
  return chosen;
}

function byOrganization(records: readonly NewRecord[]): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  records.forEach(({ organizationId }, index) => {
    const group = groups.get(organizationId);
    if (group) group.push(index);
    else groups.set(organizationId, [index]);
  });
  return groups;
}

function idOf({ environmentId, eventId }: NewRecord): string {
  return `${environmentId} ${eventId}`;
}
