import type { ClickHouseClient } from '@clickhouse/client';
import {
  countRows,
  type LoadBatch,
  type LoadResult,
  type RowCounts,
  SerialQueue,
  type UnitOfEnvironment,
  type Warehouse,
  type WarehouseRow,
  type WarehouseValue,
  warehouseRow,
} from '@sortition/plugin-sdk';

import { askClickHouse, offsetOf, RESULT_SETTINGS } from './ask-clickhouse.js';
import type { BatchLoader } from './batch-loader.js';
import { clickHouseFailure } from './clickhouse-failure.js';
import { idLists } from './id-lists.js';
import { namedParameters } from './named-parameters.js';
import { EVENTS_OF_UNIT, EXPOSURES_OF_UNIT, RECEIVED_BEFORE, TABLES } from './tables.js';

/** A deletion is done when the server answers. */
const DELETE_SETTINGS = { mutations_sync: '2', lightweight_deletes_sync: '2' } as const;

/** A ClickHouse database behind the Warehouse port. What is written is written one after the other; queries run beside it. */
export class ClickHouseWarehouse implements Warehouse {
  readonly dialect = 'clickhouse';
  private readonly writes = new SerialQueue();
  private closing: Promise<void> | undefined;

  constructor(
    private readonly client: ClickHouseClient,
    private readonly loader: BatchLoader,
  ) {}

  prepare(): Promise<void> {
    return this.inTurn(async () => {
      for (const query of TABLES) await this.client.command({ query });
    });
  }

  load(batch: LoadBatch): Promise<LoadResult> {
    return this.inTurn(() => this.loader.load(batch));
  }

  offset(source: string): Promise<number> {
    return this.guarded(() => offsetOf(this.client, source));
  }

  forgetSources(from: string, before: string): Promise<void> {
    const rows = 'load_offset WHERE source >= $1 AND source < $2';
    return this.inTurn(async () => {
      const [found] = await this.query(`SELECT count() AS n FROM ${rows}`, [from, before]);
      // A deletion rewrites, also where there is nothing to delete.
      if (Number(found?.['n']) > 0) await this.change(`DELETE FROM ${rows}`, [from, before]);
    });
  }

  query(sql: string, parameters: readonly WarehouseValue[]): Promise<readonly WarehouseRow[]> {
    return this.guarded(() => askClickHouse(this.client, sql, parameters));
  }

  async *stream(sql: string, parameters: readonly WarehouseValue[]): AsyncGenerator<readonly WarehouseRow[]> {
    const named = namedParameters(sql, parameters);
    const result = await this.guarded(() =>
      this.client.query({
        query: named.sql,
        query_params: named.parameters,
        format: 'JSONEachRow',
        clickhouse_settings: RESULT_SETTINGS,
      }),
    );
    try {
      for await (const rows of result.stream<Record<string, unknown>>()) {
        yield rows.map((row) => warehouseRow(row.json()));
      }
    } catch (error) {
      throw clickHouseFailure(error);
    } finally {
      result.close();
    }
  }

  countUnit({ environmentId, unit }: UnitOfEnvironment): Promise<RowCounts> {
    const from = {
      exposures: `exposure_rows FINAL WHERE ${EXPOSURES_OF_UNIT}`,
      events: `event_rows FINAL WHERE ${EVENTS_OF_UNIT}`,
    };
    return countRows(this, from, [environmentId, unit]);
  }

  /** Rewrites the parts that hold such rows; the old parts leave the disk some minutes later. */
  eraseUnit(subject: UnitOfEnvironment): Promise<RowCounts> {
    const parameters = [subject.environmentId, subject.unit];
    return this.inTurn(async () => {
      const counts = await this.countUnit(subject);
      for (const [kind, condition] of [
        ['exposure', EXPOSURES_OF_UNIT],
        ['event', EVENTS_OF_UNIT],
      ] as const) {
        const rows = await this.query(`SELECT event_id FROM ${kind}_rows WHERE ${condition}`, parameters);
        // The ids first: what fails in between is found and erased by the next call.
        for (const ids of idLists(rows.map((row) => String(row['event_id'])))) {
          await this.change(
            `ALTER TABLE loaded_id DELETE
             WHERE kind = '${kind}' AND environment_id = toUUID($1) AND UUIDToNum(event_id) IN ${ids}`,
            [subject.environmentId],
          );
        }
        if (rows.length > 0) await this.change(`ALTER TABLE ${kind}_rows DELETE WHERE ${condition}`, parameters);
      }
      return counts;
    });
  }

  deleteBefore(receivedMicros: number): Promise<RowCounts> {
    return this.inTurn(async () => {
      const remove = async (table: string): Promise<number> => {
        const where = `FINAL WHERE ${RECEIVED_BEFORE}`;
        const rows = await this.query(`SELECT count() AS n FROM ${table} ${where}`, [receivedMicros]);
        const count = Number(rows[0]?.['n']);
        if (count > 0) await this.change(`DELETE FROM ${table} WHERE ${RECEIVED_BEFORE}`, [receivedMicros]);
        return count;
      };
      await remove('loaded_id');
      return { exposures: await remove('exposure_rows'), events: await remove('event_rows') };
    });
  }

  /** One merge of each table and partition that wants one. ClickHouse merges by itself too; this hastens it. */
  compact(signal?: AbortSignal): Promise<void> {
    return this.inTurn(async () => {
      for (const table of ['load_offset', 'loaded_id', 'exposure_rows', 'event_rows']) {
        if (signal?.aborted) return;
        await this.client.command({ query: `OPTIMIZE TABLE ${table}` });
      }
    });
  }

  close(): Promise<void> {
    this.closing ??= this.writes.idle().then(async () => {
      await Promise.all([this.client.close(), this.loader.close()]);
    });
    return this.closing;
  }

  private async change(sql: string, parameters: readonly WarehouseValue[]): Promise<void> {
    const named = namedParameters(sql, parameters);
    await this.client.command({
      query: named.sql,
      query_params: named.parameters,
      clickhouse_settings: DELETE_SETTINGS,
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.writes.run(() => this.guarded(work));
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      if (this.closing) throw new Error('The warehouse is closed');
      return await work();
    } catch (error) {
      throw clickHouseFailure(error);
    }
  }
}
