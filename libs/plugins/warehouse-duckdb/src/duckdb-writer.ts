import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBValue } from '@duckdb/node-api';
import type { EventRow, ExposureRow } from '@sortition/plugin-sdk';

import { INSERT_EVENTS, INSERT_EXPOSURES } from './tables.js';

interface Identified {
  readonly environmentId: string;
  readonly eventId: string;
}

/** An event with its units as INSERT_EVENTS reads them. */
interface EventWithEntries extends Omit<EventRow, 'units'> {
  readonly units: readonly { readonly attribute: string; readonly unit: string }[];
}

/** The connection that writes. What it runs again and again is planned once. */
export class DuckDbWriter {
  private readonly prepared = new Map<string, DuckDBPreparedStatement>();

  constructor(private readonly connection: DuckDBConnection) {}

  /** Runs a statement once; returns how many rows it changed. */
  async run(statement: string, parameters: readonly DuckDBValue[] = []): Promise<number> {
    return (await this.connection.run(statement, [...parameters])).rowsChanged;
  }

  /** Runs a statement that will be run again; returns how many rows it changed. */
  async runAgain(statement: string, parameters: readonly DuckDBValue[] = []): Promise<number> {
    let prepared = this.prepared.get(statement);
    if (!prepared) {
      prepared = await this.connection.prepare(statement);
      this.prepared.set(statement, prepared);
    }
    prepared.bind([...parameters]);
    return (await prepared.run()).rowsChanged;
  }

  /** Adds the exposures that the table lacks; returns how many. */
  addExposures(rows: readonly ExposureRow[]): Promise<number> {
    return this.add(INSERT_EXPOSURES, rows);
  }

  /** Adds the events that the table lacks; returns how many. */
  addEvents(rows: readonly EventRow[]): Promise<number> {
    return this.add(INSERT_EVENTS, rows.map(withEntries));
  }

  close(): void {
    for (const statement of this.prepared.values()) statement.destroySync();
    this.connection.closeSync();
  }

  /**
   * Rows reach DuckDB as one JSON text, which its own threads read: an appender takes them value by value on the thread
   * of the event loop, for three times as long.
   */
  private async add(insert: string, rows: readonly Identified[]): Promise<number> {
    const first = new Map<string, Identified>();
    let smallest: string | undefined;
    let largest: string | undefined;
    for (const row of rows) {
      const id = row.eventId.toLowerCase();
      if (smallest === undefined || id < smallest) smallest = id;
      if (largest === undefined || id > largest) largest = id;
      const key = `${row.environmentId} ${id}`;
      if (!first.has(key)) first.set(key, row);
    }
    if (smallest === undefined || largest === undefined) return 0;
    return this.runAgain(insert, [JSON.stringify([...first.values()]), smallest, largest]);
  }
}

/** Written out: a spread takes as long as turning the row into JSON. */
function withEntries(row: EventRow): EventWithEntries {
  const { environmentId, eventId, timeMicros, receivedMicros, name, value, properties } = row;
  const units = Object.entries(row.units).map(([attribute, unit]) => ({ attribute, unit }));
  return { environmentId, eventId, timeMicros, receivedMicros, name, value, units, properties };
}
