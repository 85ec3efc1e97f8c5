import type { ClickHouseClient } from '@clickhouse/client';
import {
  countRows,
  type EventRow,
  type ExposureRow,
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
  warehouseRow,
} from '@sortition/plugin-sdk';

import { clickHouseFailure } from './clickhouse-failure.js';
import { namedParameters } from './named-parameters.js';
import { checkedUuid, eventValues, exposureValues, firstOfEachId, idOf, idValues } from './new-rows.js';
import { EVENTS_OF_UNIT, EXPOSURES_OF_UNIT, RECEIVED_BEFORE, TABLES } from './tables.js';

/** Ids that one statement names; 39 characters each, well below ClickHouse's longest statement of 256 KiB. */
const IDS_PER_STATEMENT = 4_000;
const RESULT_SETTINGS = { output_format_json_quote_64bit_integers: 0, date_time_output_format: 'iso' } as const;
/** An insert is on disk, and a deletion done, when the server answers. */
const INSERT_SETTINGS = { async_insert: 0 } as const;
const DELETE_SETTINGS = { mutations_sync: '2', lightweight_deletes_sync: '2' } as const;

/**
 * A ClickHouse database behind the Warehouse port. ClickHouse has no transactions, so a batch goes in as rows, then
 * their ids, then its offset, and each step may be repeated:
 * - Rows whose id is known are left out before anything is written, so a row that repeats an id with another content
 *   never gets in: the first one's batch, and with it its id, came before.
 * - A kill between the steps leaves the offset behind, so the same log records come again. Rows without their ids are
 *   inserted again, the same in every column, and collapse in the views.
 * - Two processes that follow the same log insert the same rows, which collapse likewise.
 */
export class ClickHouseWarehouse implements Warehouse {
  readonly dialect = 'clickhouse';
  private readonly writes = new SerialQueue();
  private closing: Promise<void> | undefined;

  constructor(private readonly client: ClickHouseClient) {}

  prepare(): Promise<void> {
    return this.inTurn(async () => {
      for (const query of TABLES) await this.client.command({ query });
    });
  }

  load(batch: LoadBatch): Promise<LoadResult> {
    return this.inTurn(async () => {
      const { source, offset } = batch;
      const distinctExposures = firstOfEachId(batch.exposures);
      const distinctEvents = firstOfEachId(batch.events);
      if (offset <= (await this.offset(source))) return NOTHING_LOADED;
      const exposures = await this.insertNew('exposure', distinctExposures, exposureValues);
      const events = await this.insertNew('event', distinctEvents, eventValues);
      await this.insert('load_offset', [{ source, offset }]);
      return loadResult(batch, { exposures, events });
    });
  }

  async offset(source: string): Promise<number> {
    const rows = await this.query('SELECT max(offset) AS offset FROM load_offset WHERE source = $1', [source]);
    return Number(rows[0]?.['offset'] ?? 0);
  }

  async query(sql: string, parameters: readonly WarehouseValue[]): Promise<readonly WarehouseRow[]> {
    return this.guarded(async () => {
      const named = namedParameters(sql, parameters);
      const result = await this.client.query({
        query: named.sql,
        query_params: named.parameters,
        format: 'JSONEachRow',
        // The answer begins when the query is done, so a failure is a status and never half an answer.
        clickhouse_settings: { ...RESULT_SETTINGS, wait_end_of_query: 1 },
      });
      return (await result.json<Record<string, unknown>>()).map(warehouseRow);
    });
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
        for (const ids of chunksOf(rows.map((row) => String(row['event_id'])))) {
          await this.change(
            `ALTER TABLE loaded_id DELETE
             WHERE kind = '${kind}' AND environment_id = toUUID($1) AND UUIDToNum(event_id) IN ${idList(ids)}`,
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
  compact(): Promise<void> {
    return this.inTurn(async () => {
      for (const table of ['load_offset', 'loaded_id', 'exposure_rows', 'event_rows']) {
        await this.client.command({ query: `OPTIMIZE TABLE ${table}` });
      }
    });
  }

  close(): Promise<void> {
    this.closing ??= this.writes.idle().then(() => this.client.close());
    return this.closing;
  }

  private async insertNew<Row extends EventRow | ExposureRow>(
    kind: 'exposure' | 'event',
    rows: ReadonlyMap<string, Row>,
    valuesOf: (row: Row) => Readonly<Record<string, unknown>>,
  ): Promise<number> {
    const known = await this.knownOf(kind, [...rows.values()]);
    const added = [...rows].filter(([id]) => !known.has(id)).map(([, row]) => row);
    if (added.length === 0) return 0;
    await this.insert(`${kind}_rows`, added.map(valuesOf));
    await this.insert(
      'loaded_id',
      added.map((row) => idValues(kind, row)),
    );
    return added.length;
  }

  private async knownOf(kind: string, rows: readonly (EventRow | ExposureRow)[]): Promise<ReadonlySet<string>> {
    const known = new Set<string>();
    for (const ids of chunksOf(rows.map((row) => row.eventId))) {
      const found = await this.query(
        `SELECT environment_id, event_id FROM loaded_id WHERE kind = $1 AND UUIDToNum(event_id) IN ${idList(ids)}`,
        [kind],
      );
      for (const row of found) known.add(idOf(String(row['environment_id']), String(row['event_id'])));
    }
    return known;
  }

  private async insert(table: string, values: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    await this.client.insert({ table, values, format: 'JSONEachRow', clickhouse_settings: INSERT_SETTINGS });
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

function chunksOf(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / IDS_PER_STATEMENT) }, (_, index) =>
    ids.slice(index * IDS_PER_STATEMENT, (index + 1) * IDS_PER_STATEMENT),
  );
}

function idList(ids: readonly string[]): string {
  return `(SELECT UUIDStringToNum(arrayJoin([${ids.map((id) => `'${checkedUuid(id)}'`).join(',')}])))`;
}
