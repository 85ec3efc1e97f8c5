import type { EventRow, ExposureRow } from '@sortition/plugin-sdk';
import type { ClientBase } from 'pg';

import { INSERT_EVENTS, INSERT_EXPOSURES } from './tables.js';

/** Adds the exposures that the table lacks, within the connection's transaction; returns how many. */
export function insertExposures(client: ClientBase, rows: readonly ExposureRow[]): Promise<number> {
  return insert(client, INSERT_EXPOSURES, rows, [
    (row) => row.environmentId,
    (row) => row.eventId,
    (row) => row.timeMicros,
    (row) => row.receivedMicros,
    (row) => row.flag,
    (row) => row.variant,
    (row) => row.rule,
    (row) => row.experiment,
    (row) => row.phase,
    (row) => row.unitAttribute,
    (row) => row.unit,
  ]);
}

/** Adds the events that the table lacks, within the connection's transaction; returns how many. */
export function insertEvents(client: ClientBase, rows: readonly EventRow[]): Promise<number> {
  return insert(client, INSERT_EVENTS, rows, [
    (row) => row.environmentId,
    (row) => row.eventId,
    (row) => row.timeMicros,
    (row) => row.receivedMicros,
    (row) => row.name,
    (row) => row.value,
    (row) => JSON.stringify(row.units),
    (row) => row.properties,
  ]);
}

async function insert<Row>(
  client: ClientBase,
  statement: string,
  rows: readonly Row[],
  columns: readonly ((row: Row) => string | number | null)[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const { rowCount } = await client.query(
    statement,
    columns.map((column) => rows.map(column)),
  );
  return rowCount ?? 0;
}
