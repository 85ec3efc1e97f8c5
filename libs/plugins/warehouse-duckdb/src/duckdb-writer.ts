import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBValue } from '@duckdb/node-api';
import type { EventRow, ExposureRow, RowCounts } from '@sortition/plugin-sdk';

import { type Identified, RowsById } from './rows-by-id.js';
import { separatedEvents, separatedExposures } from './separated-rows.js';
import type { SeparatedText } from './separated-text.js';
import { type EventTable, INSERT, KNOWN } from './tables.js';

/**
 * The connection that writes. What it runs again and again is planned once; then DuckDB has the statement before the
 * call returns, as nothing is waited for.
 */
export class DuckDbWriter {
  private readonly prepared = new Map<string, DuckDBPreparedStatement>();

  constructor(private readonly connection: DuckDBConnection) {}

  /** Runs a statement once; returns how many rows it changed. */
  async run(statement: string, parameters: readonly DuckDBValue[] = []): Promise<number> {
    return (await this.connection.run(statement, [...parameters])).rowsChanged;
  }

  /** Runs a statement once; returns the rows that it answers. */
  async read(statement: string, parameters: readonly DuckDBValue[]): Promise<readonly DuckDBValue[][]> {
    return (await this.connection.runAndReadAll(statement, [...parameters])).getRows();
  }

  /** Runs a statement that will be run again; returns how many rows it changed. */
  async runAgain(statement: string, parameters: readonly DuckDBValue[] = []): Promise<number> {
    const prepared = this.prepared.get(statement) ?? (await this.prepare(statement));
    prepared.bind([...parameters]);
    return (await prepared.run()).rowsChanged;
  }

  /** Runs a statement that will be run again; returns the rows that it answers. */
  async readAgain(statement: string, parameters: readonly DuckDBValue[]): Promise<readonly DuckDBValue[][]> {
    const prepared = this.prepared.get(statement) ?? (await this.prepare(statement));
    prepared.bind([...parameters]);
    return (await prepared.runAndReadAll()).getRows();
  }

  /**
   * Adds the rows that the tables lack; returns how many. DuckDB gets one statement after the other, so that the first
   * that fails is the one that is reported; while it runs one, this thread writes the text of the next.
   */
  async add(exposures: readonly ExposureRow[], events: readonly EventRow[]): Promise<RowCounts> {
    const exposuresOnce = new RowsById(exposures);
    const [knownExposures, eventsOnce] = await beside(
      this.known('exposures', exposuresOnce),
      () => new RowsById(events),
    );
    const [knownEvents, newExposures] = await beside(this.known('events', eventsOnce), () =>
      separatedExposures(exposuresOnce.without(knownExposures)),
    );
    const [exposuresAdded, newEvents] = await beside(this.insert('exposures', newExposures), () =>
      separatedEvents(eventsOnce.without(knownEvents)),
    );
    return { exposures: exposuresAdded, events: await this.insert('events', newEvents) };
  }

  close(): void {
    for (const statement of this.prepared.values()) statement.destroySync();
    this.connection.closeSync();
  }

  private async known(table: EventTable, rows: RowsById<ExposureRow | EventRow>): Promise<readonly Identified[]> {
    if (rows.ids === '') return [];
    const prepared = this.prepared.get(KNOWN[table]) ?? (await this.prepare(KNOWN[table]));
    prepared.bind([rows.ids, rows.smallest, rows.largest]);
    const known = (await prepared.runAndReadAll()).getRows();
    return known.map(([environmentId, eventId]) => ({
      environmentId: String(environmentId),
      eventId: String(eventId),
    }));
  }

  private async insert(table: EventTable, rows: SeparatedText | undefined): Promise<number> {
    if (!rows) return 0;
    const [row, text, part] = rows.separators;
    return this.runAgain(INSERT[table], table === 'events' ? [rows.text, row, text, part] : [rows.text, row, text]);
  }

  private async prepare(statement: string): Promise<DuckDBPreparedStatement> {
    const prepared = await this.connection.prepare(statement);
    this.prepared.set(statement, prepared);
    return prepared;
  }
}

/** What DuckDB is asked for and, meanwhile, what this thread does. Ends when both have ended. */
async function beside<Asked, Done>(asked: Promise<Asked>, work: () => Done): Promise<[Asked, Done]> {
  let done: Done;
  try {
    done = work();
  } finally {
    await asked;
  }
  return [await asked, done];
}
