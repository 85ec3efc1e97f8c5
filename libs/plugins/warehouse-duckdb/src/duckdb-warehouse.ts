import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { LoadBatch, LoadResult, Warehouse, WarehouseRow, WarehouseValue } from '@sortition/plugin-sdk';

import { duckDbFailure } from './duckdb-failure.js';
import { addEvents, addExposures } from './staged-rows.js';
import { STAGING_TABLES, TABLES } from './tables.js';
import { warehouseRow } from './warehouse-row.js';

const NOTHING: LoadResult = { exposures: 0, events: 0, duplicates: 0 };

/** A DuckDB file behind the Warehouse port. Batches load one after the other; queries run beside them. */
export class DuckDbWarehouse implements Warehouse {
  readonly dialect = 'duckdb';
  private readonly underWay = new Set<Promise<unknown>>();
  private lastWrite: Promise<unknown> = Promise.resolve();
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly writer: DuckDBConnection,
  ) {}

  static async on(instance: DuckDBInstance): Promise<DuckDbWarehouse> {
    const writer = await instance.connect();
    for (const statement of STAGING_TABLES) await writer.run(statement);
    return new DuckDbWarehouse(instance, writer);
  }

  prepare(): Promise<void> {
    return this.write(async () => {
      for (const statement of TABLES) await this.writer.run(statement);
    });
  }

  load(batch: LoadBatch): Promise<LoadResult> {
    return this.write(async () => {
      await this.writer.run('BEGIN TRANSACTION');
      try {
        const result = await this.loadInTransaction(batch);
        await this.writer.run('COMMIT');
        return result;
      } catch (error) {
        // A failed COMMIT has ended the transaction already; then there is nothing to roll back.
        await this.writer.run('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  async offset(source: string): Promise<number> {
    const rows = await this.query('SELECT "offset" FROM load_offset WHERE source = $1', [source]);
    return Number(rows[0]?.['offset'] ?? 0);
  }

  query(sql: string, parameters: readonly WarehouseValue[]): Promise<readonly WarehouseRow[]> {
    return this.track(async () => {
      const connection = await this.instance.connect();
      try {
        const reader = await connection.runAndReadAll(sql, [...parameters]);
        return reader.getRowObjectsJS().map(warehouseRow);
      } finally {
        connection.closeSync();
      }
    });
  }

  close(): Promise<void> {
    this.closing ??= (async () => {
      await Promise.allSettled(this.underWay);
      this.writer.closeSync();
      this.instance.closeSync();
    })();
    return this.closing;
  }

  private async loadInTransaction(batch: LoadBatch): Promise<LoadResult> {
    const { source, offset } = batch;
    const recorded = await this.writer.run(
      `INSERT INTO load_offset VALUES ($1, CAST($2 AS BIGINT))
       ON CONFLICT (source) DO UPDATE SET "offset" = excluded."offset" WHERE excluded."offset" > load_offset."offset"`,
      [source, offset],
    );
    if (recorded.rowsChanged === 0) return NOTHING;
    const exposures = await addExposures(this.writer, batch.exposures);
    const events = await addEvents(this.writer, batch.events);
    return { exposures, events, duplicates: batch.exposures.length + batch.events.length - exposures - events };
  }

  private write<T>(work: () => Promise<T>): Promise<T> {
    return this.track(() => {
      const result = this.lastWrite.then(work);
      this.lastWrite = result.catch(() => undefined);
      return result;
    });
  }

  private async track<T>(work: () => Promise<T>): Promise<T> {
    if (this.closing) throw duckDbFailure(new Error('Connection Error: the warehouse is closed.'));
    const promise = work();
    this.underWay.add(promise);
    try {
      return await promise;
    } catch (error) {
      throw duckDbFailure(error);
    } finally {
      this.underWay.delete(promise);
    }
  }
}
