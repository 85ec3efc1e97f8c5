import {
  countRows,
  type LoadBatch,
  loadResult,
  type LoadResult,
  NOTHING_LOADED,
  requireContinuation,
  type RowCounts,
  SerialQueue,
  type UnitOfEnvironment,
  type Warehouse,
  type WarehouseRow,
  type WarehouseValue,
} from '@sortition/plugin-sdk';
import type { PoolClient } from 'pg';
import Cursor from 'pg-cursor';

import { clusterPartition } from './cluster-partition.js';
import type { Connections } from './connections.js';
import { deleteReceivedBefore } from './delete-received-before.js';
import { insertEvents, insertExposures } from './insert-rows.js';
import { moveReleasedRows, setReleasedTablesAside } from './move-released-rows.js';
import { ensurePartitions, type Partition, partitionsOf } from './partitions.js';
import { postgresFailure } from './postgres-failure.js';
import {
  BEGIN_LOAD,
  EVENTS_OF_UNIT,
  EXPOSURES_OF_UNIT,
  INDEXES,
  PARTITIONED,
  type PartitionedTable,
  RECORD_OFFSET,
  TABLES,
} from './tables.js';
import { withinDeadline } from './within-deadline.js';

/** Any number that all processes agree on: they prepare the tables one after the other. */
const PREPARE_LOCK = 7_310_275_460_011;
const STREAM_BATCH_ROWS = 5_000;
const DAY_MS = 86_400_000;
/** Preparing, compacting and retention go through whole partitions. */
const UPKEEP_DEADLINE_MS = 3_600_000;

export interface Deadlines {
  /** Of a batch. */
  readonly loadMs: number;
  /** Of a query, of a part of a streamed result, and of an erasure. */
  readonly queryMs: number;
}

/** A schema of PostgreSQL behind the Warehouse port. Batches load one after the other; queries run beside them. */
export class PostgresWarehouse implements Warehouse {
  readonly dialect = 'postgres';
  private readonly writes = new SerialQueue();
  private closing: Promise<void> | undefined;

  constructor(
    private readonly connections: Connections,
    private readonly deadlines: Deadlines,
  ) {}

  prepare(): Promise<void> {
    return this.connections.transaction(UPKEEP_DEADLINE_MS, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [PREPARE_LOCK]);
      const released = await setReleasedTablesAside(client);
      for (const statement of TABLES) await client.query(statement);
      for (const table of PARTITIONED) {
        for (const [name, definition] of Object.entries(INDEXES[table])) {
          await client.query(`CREATE INDEX IF NOT EXISTS ${name} ON ${table} ${definition}`);
        }
      }
      for (const table of released) await moveReleasedRows(client, table);
    });
  }

  load(batch: LoadBatch): Promise<LoadResult> {
    return this.writes.run(() =>
      this.connections.transaction(this.deadlines.loadMs, (client) => loadInTransaction(client, batch)),
    );
  }

  async offset(source: string): Promise<number> {
    const rows = await this.query('SELECT "offset" FROM load_offset WHERE source = $1', [source]);
    return Number(rows[0]?.['offset'] ?? 0);
  }

  async forgetSources(from: string, before: string): Promise<void> {
    await this.query('DELETE FROM load_offset WHERE source COLLATE "C" >= $1 AND source COLLATE "C" < $2', [
      from,
      before,
    ]);
  }

  async query(sql: string, parameters: readonly WarehouseValue[]): Promise<readonly WarehouseRow[]> {
    return this.connections.use(
      this.deadlines.queryMs,
      async (client) => (await client.query<WarehouseRow>(sql, [...parameters])).rows,
    );
  }

  async *stream(sql: string, parameters: readonly WarehouseValue[]): AsyncGenerator<readonly WarehouseRow[]> {
    const client = await this.connections.take();
    const cursor = client.query(new Cursor<WarehouseRow>(sql, [...parameters]));
    let failure: Error | undefined;
    try {
      for (;;) {
        const rows = await withinDeadline(cursor.read(STREAM_BATCH_ROWS), this.deadlines.queryMs);
        if (rows.length === 0) return;
        yield rows;
      }
    } catch (error) {
      failure = error as Error;
      throw postgresFailure(error);
    } finally {
      if (!failure) {
        await withinDeadline(cursor.close(), this.deadlines.queryMs).catch((error: unknown) => {
          failure = error as Error;
        });
      }
      client.release(failure);
    }
  }

  countUnit({ environmentId, unit }: UnitOfEnvironment): Promise<RowCounts> {
    const from = { exposures: `exposures WHERE ${EXPOSURES_OF_UNIT}`, events: `events WHERE ${EVENTS_OF_UNIT}` };
    return countRows(this, from, [environmentId, unit]);
  }

  eraseUnit({ environmentId, unit }: UnitOfEnvironment): Promise<RowCounts> {
    const erase = (table: PartitionedTable, condition: string): Promise<number> =>
      this.connections.transaction(this.deadlines.queryMs, async (client) => {
        const { rowCount } = await client.query(`DELETE FROM ${table} WHERE ${condition}`, [environmentId, unit]);
        return rowCount ?? 0;
      });
    return this.writes.run(async () => ({
      exposures: await erase('exposures', EXPOSURES_OF_UNIT),
      events: await erase('events', EVENTS_OF_UNIT),
    }));
  }

  /** Months that were over by then go as a whole, at once. */
  async deleteBefore(receivedMicros: number): Promise<RowCounts> {
    const counts = { exposures: 0, events: 0 };
    for (const partition of await this.partitions()) {
      counts[partition.table] += await deleteReceivedBefore(
        this.connections,
        UPKEEP_DEADLINE_MS,
        partition,
        receivedMicros,
      );
    }
    return counts;
  }

  /** Puts the rows of months that are over in order, once, and has the planner look at what there is. */
  async compact(signal?: AbortSignal): Promise<void> {
    const isOver = ({ endsAt }: Partition): boolean => endsAt.getTime() + DAY_MS <= Date.now();
    for (const partition of (await this.partitions()).filter(isOver)) {
      if (signal?.aborted) return;
      await this.connections.transaction(UPKEEP_DEADLINE_MS, (client) => clusterPartition(client, partition));
    }
    if (signal?.aborted) return;
    await this.connections.use(UPKEEP_DEADLINE_MS, async (client) => {
      await client.query(`SET statement_timeout = ${String(UPKEEP_DEADLINE_MS)}`);
      // Autovacuum looks after each partition, and never at the table as a whole, whose figures the planner uses too.
      await client.query(`VACUUM (ANALYZE, SKIP_LOCKED) ${PARTITIONED.join(', ')}`);
      await client.query('RESET statement_timeout');
    });
  }

  close(): Promise<void> {
    this.closing ??= this.connections.close(this.writes.idle());
    return this.closing;
  }

  private partitions(): Promise<readonly Partition[]> {
    return this.connections.use(this.deadlines.queryMs, async (client) => {
      const found: Partition[] = [];
      for (const table of PARTITIONED) found.push(...(await partitionsOf(client, table)));
      return found;
    });
  }
}

async function loadInTransaction(client: PoolClient, batch: LoadBatch): Promise<LoadResult> {
  await client.query(BEGIN_LOAD);
  const { rows } = await client.query<{ readonly offset: string }>(
    `SELECT "offset" FROM load_offset WHERE source = $1`,
    [batch.source],
  );
  requireContinuation(batch, Number(rows[0]?.offset ?? 0));
  const recorded = await client.query(RECORD_OFFSET, [batch.source, batch.offset]);
  if (recorded.rowCount === 0) return NOTHING_LOADED;
  await ensurePartitions(client, {
    exposures: batch.exposures.map(({ receivedMicros }) => receivedMicros),
    events: batch.events.map(({ receivedMicros }) => receivedMicros),
  });
  const exposures = await insertExposures(client, batch.exposures);
  const events = await insertEvents(client, batch.events);
  return loadResult(batch, { exposures, events });
}
