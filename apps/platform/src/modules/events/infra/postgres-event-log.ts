import { setImmediate as nextTurn } from 'node:timers/promises';

import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { TENANT_DATABASE, type TenantDatabase } from '../../../runtime/database/tenant-database.js';
import type { ErasedRecords, EventLog, LogEnd, LogRecord, NewRecord } from '../application/event-log.js';
import type { UnitSubject } from '../application/unit-store.js';
import { APPEND, COUNT_UNIT, END, ERASE_UNIT, MAINTAIN, READ } from './event-log-statements.js';
import {
  idsOf,
  type NewSegment,
  recordsAfter,
  type SegmentRow,
  segmentsOf,
  storedRecordsOf,
  withoutIds,
} from './log-segment.js';

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
/** Most that is read at a time, in bytes, unless one append alone is larger. */
const MAX_READ_BYTES = 16 * 1024 * 1024;
/** What PostgreSQL answers when no partition takes a row. */
const NO_PARTITION = '23514';

export interface Maintenance {
  /** Days for which partitions were made. */
  readonly created: number;
  /** Periods whose partitions were dropped. */
  readonly dropped: number;
}

/** The log in PostgreSQL: segments of events, and their ids to recognise repetitions. See ADR 0013. */
@Injectable()
export class PostgresEventLog implements EventLog {
  readonly duplicateWindowMs = Number.POSITIVE_INFINITY;
  private knownSource: string | undefined;

  constructor(@Inject(TENANT_DATABASE) private readonly database: TenantDatabase) {}

  async append(records: readonly NewRecord[]): Promise<readonly boolean[]> {
    const isNew = new Array<boolean>(records.length).fill(false);
    const segments = segmentsOf(records);
    try {
      await this.appendSegments(segments, isNew);
    } catch (error) {
      if (!isWithoutPartition(error)) throw error;
      // Nothing has run for days that makes partitions.
      await this.maintain(Number.MAX_SAFE_INTEGER / 1e6);
      isNew.fill(false);
      await this.appendSegments(segments, isNew);
    }
    return isNew;
  }

  async read(after: number, limit: number): Promise<readonly LogRecord[]> {
    const rows = await this.consume<SegmentRow>((manager) => manager.query(READ, [after, limit, MAX_READ_BYTES]));
    const records: LogRecord[] = [];
    for (const row of rows) {
      records.push(...recordsAfter(after, row));
      // Parsing a segment takes milliseconds; whoever waits for this thread need not wait for all of them.
      await nextTurn();
    }
    return records.slice(0, limit);
  }

  async end(): Promise<LogEnd> {
    const rows = await this.consume<{ readonly offset: string; readonly time: Date }>(async (manager) => {
      // Waits for the append that is under way: its records may carry a time before the one that is returned.
      await manager.query(`SELECT pg_advisory_xact_lock_shared($1)`, [APPEND_LOCK]);
      return manager.query(END);
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

  async eraseUnit({ organizationId, environmentId, unit }: UnitSubject): Promise<ErasedRecords> {
    const rows: readonly { readonly erased: string; readonly last_offset: string }[] = await this.database.transaction(
      organizationId,
      (manager) => manager.query(ERASE_UNIT, [environmentId, unit, JSON.stringify(unit)]),
    );
    return { count: Number(rows[0]?.erased ?? 0), lastOffset: Number(rows[0]?.last_offset ?? 0) };
  }

  async countUnit({ organizationId, environmentId, unit }: UnitSubject): Promise<number> {
    const rows: readonly { readonly n: string }[] = await this.database.read(organizationId, (manager) =>
      manager.query(COUNT_UNIT, [environmentId, unit, JSON.stringify(unit)]),
    );
    return Number(rows[0]?.n ?? 0);
  }

  /**
   * Makes the partitions of the coming days, and drops those of days that ended longer ago than the retention and that
   * every consumer has passed. Idempotent, for any number of processes at a time.
   *
   * @throws DomainError DATABASE_UNAVAILABLE.
   */
  async maintain(retentionSeconds: number): Promise<Maintenance> {
    const rows: readonly Maintenance[] = await this.database.transaction(NO_ORGANIZATION, (manager) =>
      manager.query(MAINTAIN, [retentionSeconds]),
    );
    return rows[0] ?? { created: 0, dropped: 0 };
  }

  private async appendSegments(segments: readonly NewSegment[], isNew: boolean[]): Promise<void> {
    const [first, ...others] = segments;
    if (!first) return;
    if (others.length === 0 && (await this.appendAtOnce(first))) {
      for (const index of first.indexes) isNew[index] = true;
      return;
    }
    await this.database.transaction(first.organizationId, async (manager) => {
      let organizationId = first.organizationId;
      for (const segment of segments) {
        // Row-level security checks the rows of each organization against the organization itself.
        if (segment.organizationId !== organizationId) {
          organizationId = segment.organizationId;
          await manager.query(`SELECT set_config('sortition.organization_id', $1, true)`, [organizationId]);
        }
        const { indexes } = await appendSegment(manager, segment);
        for (const index of indexes) isNew[index] = true;
      }
    });
  }

  /** Appends all records in one round trip, or returns false because the log holds some of them. */
  private async appendAtOnce({ organizationId, environmentId, records }: NewSegment): Promise<boolean> {
    const parameters = [environmentId, idsOf(records), storedRecordsOf(records)];
    const known = await this.database.call<readonly string[]>(organizationId, APPEND, parameters);
    return known.length === 0;
  }

  private consume<Row>(work: (manager: EntityManager) => Promise<readonly Row[]>): Promise<readonly Row[]> {
    return this.database.read(NO_ORGANIZATION, async (manager) => {
      await manager.query(`SELECT set_config('sortition.event_consumer', 'on', true)`);
      return work(manager);
    });
  }
}

/** Returns what of the segment was new. */
async function appendSegment(manager: EntityManager, segment: NewSegment): Promise<NewSegment> {
  const known = await tryAppend(manager, segment);
  if (known.length === 0) return segment;
  const fresh = withoutIds(segment, new Set(known));
  // The lock is held since the first attempt, so nobody else can have added these.
  if (fresh.records.length > 0) await tryAppend(manager, fresh);
  return fresh;
}

/** Appends all records, or none and returns the ids that the log holds. */
async function tryAppend(manager: EntityManager, { environmentId, records }: NewSegment): Promise<readonly string[]> {
  const rows: readonly { readonly known: readonly string[] }[] = await manager.query(`SELECT ${APPEND} AS known`, [
    environmentId,
    idsOf(records),
    storedRecordsOf(records),
  ]);
  return rows[0]?.known ?? [];
}

function isWithoutPartition(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && error.code === NO_PARTITION && error.message.startsWith('no partition')
  );
}
