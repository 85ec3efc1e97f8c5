import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import type { EventRow, ExposureRow } from '@sortition/plugin-sdk';

import { MOVE_EVENTS, MOVE_EXPOSURES } from './tables.js';

interface Identified {
  readonly environmentId: string;
  readonly eventId: string;
}

/** Adds the exposures that the table lacks, within the connection's transaction; returns how many. */
export async function addExposures(connection: DuckDBConnection, rows: readonly ExposureRow[]): Promise<number> {
  return add(connection, 'staged_exposures', MOVE_EXPOSURES, firstOfEachId(rows), (appender, row) => {
    appender.appendVarchar(row.flag);
    appender.appendVarchar(row.variant);
    appender.appendVarchar(row.rule);
    appender.appendVarchar(row.experiment);
    appender.appendInteger(row.phase);
    appender.appendVarchar(row.unitAttribute);
    appender.appendVarchar(row.unit);
  });
}

/** Adds the events that the table lacks, within the connection's transaction; returns how many. */
export async function addEvents(connection: DuckDBConnection, rows: readonly EventRow[]): Promise<number> {
  return add(connection, 'staged_events', MOVE_EVENTS, firstOfEachId(rows), (appender, row) => {
    appender.appendVarchar(row.name);
    if (row.value === null) appender.appendNull();
    else appender.appendDouble(row.value);
    appender.appendVarchar(JSON.stringify(row.units));
    appender.appendVarchar(row.properties);
  });
}

async function add<Row extends Identified & { readonly timeMicros: number; readonly receivedMicros: number }>(
  connection: DuckDBConnection,
  table: string,
  move: string,
  rows: ReadonlyMap<string, Row>,
  appendRest: (appender: DuckDBAppender, row: Row) => void,
): Promise<number> {
  if (rows.size === 0) return 0;
  const appender = await connection.createAppender(table, 'main', 'temp');
  let smallest: string | undefined;
  let largest: string | undefined;
  for (const row of rows.values()) {
    const id = row.eventId.toLowerCase();
    if (smallest === undefined || id < smallest) smallest = id;
    if (largest === undefined || id > largest) largest = id;
    appender.appendVarchar(row.environmentId);
    appender.appendVarchar(id);
    appender.appendDouble(row.timeMicros);
    appender.appendDouble(row.receivedMicros);
    appendRest(appender, row);
    appender.endRow();
  }
  appender.closeSync();
  const moved = await connection.run(move, [smallest ?? '', largest ?? '']);
  await connection.run(`DELETE FROM temp.main.${table}`);
  return moved.rowsChanged;
}

function firstOfEachId<Row extends Identified>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  const first = new Map<string, Row>();
  for (const row of rows) {
    const key = `${row.environmentId} ${row.eventId}`.toLowerCase();
    if (!first.has(key)) first.set(key, row);
  }
  return first;
}
