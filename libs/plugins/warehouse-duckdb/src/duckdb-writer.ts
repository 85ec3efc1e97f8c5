import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBValue } from '@duckdb/node-api';
import type { EventRow, ExposureRow } from '@sortition/plugin-sdk';

import { type Identified, separatedEvents, separatedExposures, separatedIds } from './separated-rows.js';
import { type EventTable, INSERT, KNOWN } from './tables.js';

/** No id lies beyond. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

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
    const prepared = await this.prepare(statement);
    prepared.bind([...parameters]);
    return (await prepared.run()).rowsChanged;
  }

  /** Adds the exposures that the table lacks; returns how many. */
  async addExposures(rows: readonly ExposureRow[]): Promise<number> {
    const missing = await this.missing('exposures', rows);
    if (missing.length === 0) return 0;
    const { text, separators } = separatedExposures(missing);
    const [row, next] = separators;
    return this.runAgain(INSERT.exposures, [text, row, next]);
  }

  /** Adds the events that the table lacks; returns how many. */
  async addEvents(rows: readonly EventRow[]): Promise<number> {
    const missing = await this.missing('events', rows);
    if (missing.length === 0) return 0;
    const { text, separators } = separatedEvents(missing);
    return this.runAgain(INSERT.events, [text, ...separators]);
  }

  close(): void {
    for (const statement of this.prepared.values()) statement.destroySync();
    this.connection.closeSync();
  }

  /** The rows that the table lacks, of those with the same id the first. */
  private async missing<Row extends Identified>(table: EventTable, rows: readonly Row[]): Promise<readonly Row[]> {
    const first = new Map<string, Row>();
    let smallest = LAST_ID;
    let largest = '';
    for (const row of rows) {
      const id = row.eventId.toLowerCase();
      if (id < smallest) smallest = id;
      if (id > largest) largest = id;
      const key = keyOf(row.environmentId.toLowerCase(), id);
      if (!first.has(key)) first.set(key, row);
    }
    if (first.size === 0) return [];
    const { text, separators } = separatedIds([...first.values()]);
    const [row, next] = separators;
    const known = await this.readAgain(KNOWN[table], [text, row, next, smallest, largest]);
    for (const [environmentId, eventId] of known) first.delete(keyOf(String(environmentId), String(eventId)));
    return [...first.values()];
  }

  private async readAgain(statement: string, parameters: readonly DuckDBValue[]): Promise<readonly DuckDBValue[][]> {
    const prepared = await this.prepare(statement);
    prepared.bind([...parameters]);
    return (await prepared.runAndReadAll()).getRows();
  }

  private async prepare(statement: string): Promise<DuckDBPreparedStatement> {
    let prepared = this.prepared.get(statement);
    if (!prepared) {
      prepared = await this.connection.prepare(statement);
      this.prepared.set(statement, prepared);
    }
    return prepared;
  }
}

function keyOf(environmentId: string, eventId: string): string {
  return `${environmentId} ${eventId}`;
}
