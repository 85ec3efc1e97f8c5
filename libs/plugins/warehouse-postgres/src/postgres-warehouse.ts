import {
  countRows,
  type LoadBatch,
  loadResult,
  type LoadResult,
  NOTHING_LOADED,
  type RowCounts,
  SerialQueue,
  type UnitOfEnvironment,
  type Warehouse,
  type WarehouseRow,
  type WarehouseValue,
} from '@sortition/plugin-sdk';
import type { PoolClient } from 'pg';
import Cursor from 'pg-cursor';

import type { Connections } from './connections.js';
import { insertEvents, insertExposures } from './insert-rows.js';
import { postgresFailure } from './postgres-failure.js';
import { EVENTS_OF_UNIT, EXPOSURES_OF_UNIT, RECEIVED_BEFORE, RECORD_OFFSET, TABLES } from './tables.js';
import { withinDeadline } from './within-deadline.js';

/** Any number that all processes agree on: they prepare the tables one after the other. */
const PREPARE_LOCK = 7_310_275_460_011;
const STREAM_BATCH_ROWS = 5_000;
/** Rows that one transaction deletes at most, so that retention never holds locks or swells the log for long. */
const DELETE_CHUNK_ROWS = 20_000;
/** An index of a large table takes its time. */
const PREPARE_DEADLINE_MS = 3_600_000;

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
    return this.connections.transaction(PREPARE_DEADLINE_MS, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [PREPARE_LOCK]);
      for (const statement of TABLES) await client.query(statement);
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
    const erase = (table: string, condition: string): Promise<number> =>
      this.deleteInChunks(table, condition, [environmentId, unit]);
    return this.writes.run(async () => ({
      exposures: await erase('exposures', EXPOSURES_OF_UNIT),
      events: await erase('events', EVENTS_OF_UNIT),
    }));
  }

  deleteBefore(receivedMicros: number): Promise<RowCounts> {
    return this.writes.run(async () => ({
      exposures: await this.deleteInChunks('exposures', RECEIVED_BEFORE, [receivedMicros]),
      events: await this.deleteInChunks('events', RECEIVED_BEFORE, [receivedMicros]),
    }));
  }

  /** Nothing: autovacuum gives the room of deleted rows back, and inserts leave no small parts. */
  async compact(): Promise<void> {
    (await this.connections.take()).release();
  }

  close(): Promise<void> {
    this.closing ??= this.connections.close(this.writes.idle());
    return this.closing;
  }

  private async deleteInChunks(table: string, condition: string, parameters: readonly unknown[]): Promise<number> {
    const statement = `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${String(DELETE_CHUNK_ROWS)}))`;
    for (let deleted = 0; ;) {
      const { rowCount } = await this.connections.use(this.deadlines.queryMs, (client) =>
        client.query(statement, [...parameters]),
      );
      deleted += rowCount ?? 0;
      if ((rowCount ?? 0) < DELETE_CHUNK_ROWS) return deleted;
    }
  }
}

async function loadInTransaction(client: PoolClient, batch: LoadBatch): Promise<LoadResult> {
  const recorded = await client.query(RECORD_OFFSET, [batch.source, batch.offset]);
  if (recorded.rowCount === 0) return NOTHING_LOADED;
  const exposures = await insertExposures(client, batch.exposures);
  const events = await insertEvents(client, batch.events);
  return loadResult(batch, { exposures, events });
}
