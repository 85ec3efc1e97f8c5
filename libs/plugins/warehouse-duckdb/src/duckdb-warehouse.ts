import type { DuckDBInstance } from '@duckdb/node-api';
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
  warehouseRow,
} from '@sortition/plugin-sdk';

import { orderNextRun } from './clustering.js';
import type { DatabaseFile } from './database-file.js';
import { duckDbFailure, isFatal } from './duckdb-failure.js';
import { DuckDbWriter } from './duckdb-writer.js';
import { EVENTS_OF_UNIT, EXPOSURES_OF_UNIT, packsIds, RECEIVED_BEFORE, TABLES, TABLES_OF_ROWS } from './tables.js';

/** A DuckDB file behind the Warehouse port. Batches load one after the other; queries run beside them. */
export class DuckDbWarehouse implements Warehouse {
  readonly dialect = 'duckdb';
  private readonly writes = new SerialQueue();
  private readonly underWay = new Set<Promise<unknown>>();
  private closing: Promise<void> | undefined;
  /** After a fatal error, and when the file is no longer there, DuckDB is of no use until the file is opened anew. */
  private isBroken = false;
  private reopening: Promise<void> | undefined;

  private constructor(
    private readonly file: DatabaseFile,
    private instance: DuckDBInstance,
    private writer: DuckDbWriter,
    private readonly rowsOfRun: number,
  ) {}

  /**
   * @param file is opened, and again after a fatal error or when it was deleted or replaced.
   * @param rowsOfRun how many rows are put in order at a time, at least.
   */
  static async open(file: DatabaseFile, rowsOfRun: number): Promise<DuckDbWarehouse> {
    const instance = await file.open();
    return new DuckDbWarehouse(file, instance, new DuckDbWriter(await instance.connect()), rowsOfRun);
  }

  prepare(): Promise<void> {
    return this.write(async () => {
      for (const statement of TABLES) await this.writer.run(statement);
      for (const table of TABLES_OF_ROWS) {
        if ((await this.writer.read(packsIds(table), [])).length > 0) await this.transaction(() => this.rewrite(table));
      }
    });
  }

  load(batch: LoadBatch): Promise<LoadResult> {
    return this.write(() => this.transaction(() => this.loadInTransaction(batch)));
  }

  async offset(source: string): Promise<number> {
    const rows = await this.query('SELECT "offset" FROM load_offset WHERE source = $1', [source]);
    return Number(rows[0]?.['offset'] ?? 0);
  }

  forgetSources(from: string, before: string): Promise<void> {
    return this.write(async () => {
      await this.writer.run('DELETE FROM load_offset WHERE source >= $1 AND source < $2', [from, before]);
    });
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

  async *stream(sql: string, parameters: readonly WarehouseValue[]): AsyncGenerator<readonly WarehouseRow[]> {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const connection = await this.track(() => this.instance.connect());
    this.underWay.add(ended);
    try {
      const result = await connection.stream(sql, [...parameters]);
      for await (const rows of result.yieldRowObjectJs()) yield rows.map(warehouseRow);
    } catch (error) {
      throw duckDbFailure(error);
    } finally {
      connection.closeSync();
      this.underWay.delete(ended);
      end();
    }
  }

  countUnit({ environmentId, unit }: UnitOfEnvironment): Promise<RowCounts> {
    const from = { exposures: `exposures WHERE ${EXPOSURES_OF_UNIT}`, events: `events WHERE ${EVENTS_OF_UNIT}` };
    return countRows(this, from, [environmentId, unit]);
  }

  /** The bytes leave the file with the checkpoint that follows, as far as whole blocks became free. */
  async eraseUnit({ environmentId, unit }: UnitOfEnvironment): Promise<RowCounts> {
    const erased = await this.delete(EXPOSURES_OF_UNIT, EVENTS_OF_UNIT, [environmentId, unit]);
    if (erased.exposures + erased.events > 0) await this.checkpoint();
    return erased;
  }

  deleteBefore(receivedMicros: number): Promise<RowCounts> {
    return this.delete(RECEIVED_BEFORE, RECEIVED_BEFORE, [receivedMicros]);
  }

  /** Orders the rows run by run; loads get their turn in between. */
  async compact(signal?: AbortSignal): Promise<void> {
    for (const table of TABLES_OF_ROWS) {
      const next = (): Promise<boolean> => this.transaction(() => orderNextRun(this.writer, table, this.rowsOfRun));
      while (!signal?.aborted && (await this.write(next)));
    }
    await this.checkpoint();
  }

  close(): Promise<void> {
    this.closing ??= (async () => {
      await this.reopening?.catch(() => undefined);
      await Promise.allSettled(this.underWay);
      this.writer.close();
      this.instance.closeSync();
    })();
    return this.closing;
  }

  /** Writes the log into the file; that merges small and thinned-out row groups and frees blocks without rows. */
  private checkpoint(): Promise<void> {
    return this.write(async () => {
      await this.writer.run('CHECKPOINT');
    });
  }

  /** Writes the table anew with the columns that TABLES give it. */
  private async rewrite(table: string): Promise<void> {
    await this.writer.run(`ALTER TABLE ${table} RENAME TO released`);
    for (const statement of TABLES) await this.writer.run(statement);
    await this.writer.run(`INSERT INTO ${table} SELECT * FROM released`);
    await this.writer.run('DROP TABLE released');
  }

  private async loadInTransaction(batch: LoadBatch): Promise<LoadResult> {
    const { source, offset } = batch;
    const [[before = 0] = []] = await this.writer.readAgain('SELECT "offset" FROM load_offset WHERE source = $1', [
      source,
    ]);
    requireContinuation(batch, Number(before));
    const recorded = await this.writer.runAgain(
      `INSERT INTO load_offset VALUES ($1, CAST($2 AS BIGINT))
       ON CONFLICT (source) DO UPDATE SET "offset" = excluded."offset" WHERE excluded."offset" > load_offset."offset"`,
      [source, offset],
    );
    if (recorded === 0) return NOTHING_LOADED;
    return loadResult(batch, await this.writer.add(batch.exposures, batch.events));
  }

  private delete(exposures: string, events: string, parameters: readonly (string | number)[]): Promise<RowCounts> {
    const run = (table: string, condition: string): Promise<number> =>
      this.writer.run(`DELETE FROM ${table} WHERE ${condition}`, parameters);
    return this.write(() =>
      this.transaction(async () => ({
        exposures: await run('exposures', exposures),
        events: await run('events', events),
      })),
    );
  }

  private async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.writer.runAgain('BEGIN TRANSACTION');
    try {
      const result = await work();
      await this.writer.runAgain('COMMIT');
      return result;
    } catch (error) {
      // A failed COMMIT has ended the transaction already; then there is nothing to roll back.
      await this.writer.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  private write<T>(work: () => Promise<T>): Promise<T> {
    return this.track(() => this.writes.run(work));
  }

  private async track<T>(work: () => Promise<T>): Promise<T> {
    this.refuseWhenClosed();
    this.isBroken ||= !(await this.file.isInPlace());
    if (this.isBroken) await this.reopen();
    this.refuseWhenClosed();
    const promise = work();
    this.underWay.add(promise);
    try {
      return await promise;
    } catch (error) {
      this.isBroken ||= isFatal(error);
      throw duckDbFailure(error);
    } finally {
      this.underWay.delete(promise);
    }
  }

  private refuseWhenClosed(): void {
    if (this.closing) throw duckDbFailure(new Error('Connection Error: the warehouse is closed.'));
  }

  /** Lets what is under way end, and opens the file anew; what was committed to the file that lies there is there again. */
  private reopen(): Promise<void> {
    this.reopening ??= (async () => {
      await Promise.allSettled(this.underWay);
      this.writer.close();
      this.instance.closeSync();
      this.instance = await this.file.open();
      this.writer = new DuckDbWriter(await this.instance.connect());
      // Where a file was deleted, the new one is empty.
      for (const statement of TABLES) await this.writer.run(statement);
      this.isBroken = false;
    })().finally(() => (this.reopening = undefined));
    return this.reopening;
  }
}
