import { setImmediate as nextTurn } from 'node:timers/promises';

import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { MAX_CALLS, TENANT_DATABASE, type TenantDatabase } from '../../../runtime/database/tenant-database.js';
import type { ErasedRecords, EventLog, LogEnd, LogHistory, LogRecord, NewRecord } from '../application/event-log.js';
import type { UnitSubject } from '../application/unit-store.js';
import {
  BEGIN_ANEW,
  CONTINUE_LOG,
  COUNT_UNIT,
  END,
  ERASE_UNIT,
  HISTORY,
  MAINTAIN,
  NEWEST_INCARNATION,
  READ,
} from './event-log-statements.js';
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

/** Segments of an append in one transaction, which makes one call more. */
const MAX_SEGMENTS = MAX_CALLS - 1;

interface NewestIncarnation {
  readonly log_id: string;
  readonly is_here: boolean;
}

interface HistoryRow {
  readonly log_id: string;
  readonly after_offset: string;
  readonly end: string;
  readonly trimmed_to: string;
}

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

  constructor(@Inject(TENANT_DATABASE) private readonly database: TenantDatabase) {}

  async append(records: readonly NewRecord[]): Promise<readonly boolean[]> {
    const isNew = new Array<boolean>(records.length).fill(false);
    const segments = segmentsOf(records);
    for (let start = 0; start < segments.length; start += MAX_SEGMENTS) {
      let missing = segments.slice(start, start + MAX_SEGMENTS);
      // What holds a known id is not appended at all; each time around there is less of it.
      while (missing.length > 0) {
        const known = await this.appendOrFindKnown(missing);
        missing = missing.flatMap((segment, index) => {
          const ids = known[index] ?? [];
          if (ids.length > 0) return fresh(segment, ids);
          for (const position of segment.indexes) isNew[position] = true;
          return [];
        });
      }
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
    const rows = await this.database.read<readonly NewestIncarnation[]>(NO_ORGANIZATION, (manager) =>
      manager.query(NEWEST_INCARNATION),
    );
    const [newest] = rows;
    if (newest?.is_here === true) return sourceOf(newest);
    await this.database.transaction(NO_ORGANIZATION, (manager) => manager.query(CONTINUE_LOG));
    return this.source();
  }

  async history(): Promise<LogHistory> {
    await this.source();
    const rows = await this.consume<HistoryRow>((manager) => manager.query(HISTORY));
    return {
      incarnations: rows.map((row) => ({ source: sourceOf(row), after: Number(row.after_offset) })),
      end: Number(rows[0]?.end ?? 0),
      trimmedTo: Number(rows[0]?.trimmed_to ?? 0),
    };
  }

  async beginAnew(): Promise<void> {
    await this.database.transaction(NO_ORGANIZATION, (manager) => manager.query(BEGIN_ANEW));
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

  /** Appends the segments, each whole or not at all; returns the ids that the log held already of those it did not. */
  private async appendOrFindKnown(segments: readonly NewSegment[]): Promise<readonly (readonly string[])[]> {
    const calls = [
      // Whoever sees the records must see the incarnation that they belong to.
      { organizationId: NO_ORGANIZATION, name: 'continue_event_log', parameters: [] },
      ...segments.map(({ organizationId, environmentId, records }) => ({
        organizationId,
        name: 'append_events',
        parameters: [environmentId, idsOf(records), storedRecordsOf(records)],
      })),
    ];
    const append = async (): Promise<readonly (readonly string[])[]> =>
      (await this.database.callEach<readonly string[]>(calls)).slice(1);
    try {
      return await append();
    } catch (error) {
      if (!isWithoutPartition(error)) throw error;
      // Nothing has run for days that makes partitions.
      await this.maintain(Number.MAX_SAFE_INTEGER / 1e6);
      return append();
    }
  }

  private consume<Row>(work: (manager: EntityManager) => Promise<readonly Row[]>): Promise<readonly Row[]> {
    return this.database.read(NO_ORGANIZATION, async (manager) => {
      await manager.query(`SELECT set_config('sortition.event_consumer', 'on', true)`);
      return work(manager);
    });
  }
}

function sourceOf({ log_id }: { readonly log_id: string }): string {
  return `postgres/${log_id}`;
}

/** What remains of a segment without the known ids, if anything does. */
function fresh(segment: NewSegment, known: readonly string[]): readonly NewSegment[] {
  const remaining = withoutIds(segment, new Set(known));
  return remaining.records.length > 0 ? [remaining] : [];
}

function isWithoutPartition(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && error.code === NO_PARTITION && error.message.startsWith('no partition')
  );
}
