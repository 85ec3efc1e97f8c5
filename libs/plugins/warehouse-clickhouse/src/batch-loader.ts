import type { ClickHouseClient } from '@clickhouse/client';
import {
  type EventRow,
  type ExposureRow,
  type LoadBatch,
  loadResult,
  type LoadResult,
  NOTHING_LOADED,
  requireContinuation,
} from '@sortition/plugin-sdk';

import { askClickHouse, offsetOf } from './ask-clickhouse.js';
import { idLists } from './id-lists.js';
import { eventValues, exposureValues, firstOfEachId, idOf, idValues } from './new-rows.js';

/** An insert is on disk when the server answers. */
const INSERT_SETTINGS = { async_insert: 0 } as const;

/**
 * Loads batches, one at a time. ClickHouse has no transactions, so a batch goes in as rows, then their ids, then its
 * offset, and each step may be repeated:
 * - Rows whose id is known are left out before anything is written, so a row that repeats an id with another content
 *   never gets in: the first one's batch, and with it its id, came before.
 * - A kill between the steps leaves the offset behind, so the same log records come again. Rows without their ids are
 *   inserted again, the same in every column, and collapse in the views.
 * - Two processes that follow the same log insert the same rows, which collapse likewise.
 */
export class BatchLoader {
  /** @param client gives a request less time than queries have: the log waits for it. */
  constructor(private readonly client: ClickHouseClient) {}

  async load(batch: LoadBatch): Promise<LoadResult> {
    const { source, offset } = batch;
    const distinctExposures = firstOfEachId(batch.exposures);
    const distinctEvents = firstOfEachId(batch.events);
    const recorded = await offsetOf(this.client, source);
    requireContinuation(batch, recorded);
    if (offset <= recorded) return NOTHING_LOADED;
    const exposures = await this.insertNew('exposure', distinctExposures, exposureValues);
    const events = await this.insertNew('event', distinctEvents, eventValues);
    await this.insert('load_offset', [{ source, offset }]);
    return loadResult(batch, { exposures, events });
  }

  close(): Promise<void> {
    return this.client.close();
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
    for (const ids of idLists(rows.map((row) => row.eventId))) {
      const found = await askClickHouse(
        this.client,
        `SELECT environment_id, event_id FROM loaded_id WHERE kind = $1 AND UUIDToNum(event_id) IN ${ids}`,
        [kind],
      );
      for (const row of found) known.add(idOf(String(row['environment_id']), String(row['event_id'])));
    }
    return known;
  }

  private async insert(table: string, values: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    await this.client.insert({ table, values, format: 'JSONEachRow', clickhouse_settings: INSERT_SETTINGS });
  }
}
