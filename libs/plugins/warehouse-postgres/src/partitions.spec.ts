import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventRow, Warehouse } from '@sortition/plugin-sdk';
import { eventRow, exposureRow } from '@sortition/plugin-sdk/testing';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { openPostgresWarehouse } from './open-postgres-warehouse.js';
import { EVENTS_OF_UNIT, EXPOSURES_OF_UNIT } from './tables.js';

const MAY = Date.UTC(2026, 4, 15) * 1_000;
const JUNE = Date.UTC(2026, 5, 15) * 1_000;

let server: TestPostgres;
let url: string;
let warehouse: Warehouse;

beforeAll(async () => {
  server = await startTestPostgres();
});

afterAll(() => server.stop());

beforeEach(async () => {
  url = await server.createDatabase();
  warehouse = await openPostgresWarehouse({ url });
});

afterEach(() => warehouse.close());

const load = (offset: number, events: readonly EventRow[]): ReturnType<Warehouse['load']> =>
  warehouse.load({ source: 'log', offset, exposures: [], events });
const column = async (sql: string): Promise<readonly unknown[]> =>
  (await warehouse.query(sql, [])).map((row) => Object.values(row)[0]);
const partitions = (): Promise<readonly unknown[]> =>
  column(`SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1`);
/** In the order in which they lie. */
const unitsOf = (partition: string): Promise<readonly unknown[]> =>
  column(`SELECT units ->> 'targetingKey' FROM ${partition} ORDER BY ctid`);

describe('the partitions of PostgreSQL', () => {
  beforeEach(() => warehouse.prepare());

  it('are made for the months in which rows were received', async () => {
    await load(1, [eventRow(1, { receivedMicros: MAY }), eventRow(2, { receivedMicros: JUNE })]);
    await load(2, [eventRow(3, { receivedMicros: JUNE })]);

    await expect(partitions()).resolves.toEqual(['events_202605', 'events_202606']);
    await expect(column('SELECT count(*) FROM events_202606')).resolves.toEqual([2]);
  });

  it('hold an id once together, whichever brings it and however they lie', async () => {
    await load(1, [eventRow(1, { receivedMicros: MAY, value: 10 })]);
    await warehouse.compact();

    const again = { receivedMicros: JUNE, value: 20 };
    await expect(load(2, [eventRow(1, again), eventRow(2, again)])).resolves.toMatchObject({
      events: 1,
      duplicates: 1,
    });
    await expect(
      load(3, [eventRow(3, { receivedMicros: JUNE, value: 30 }), eventRow(3, { receivedMicros: MAY })]),
    ).resolves.toMatchObject({ events: 1, duplicates: 1 });

    await expect(column('SELECT value FROM events ORDER BY value')).resolves.toEqual([10, 20, 30]);
  });

  it('hold an id once also when several processes load it under different sources', async () => {
    const other = await openPostgresWarehouse({ url });
    const numbers = Array.from({ length: 500 }, (_, index) => index);
    const rows = (receivedMicros: number): readonly EventRow[] =>
      numbers.map((number) => eventRow(number, { receivedMicros }));

    const results = await Promise.all([
      load(1, rows(MAY)),
      other.load({ source: 'other', offset: 1, exposures: [], events: rows(JUNE) }),
    ]);

    expect(results.map(({ events }) => events).sort((a, b) => a - b)).toEqual([0, 500]);
    await other.close();
  });

  it('lie by unit once their month is over, and the present one as it came', async () => {
    const order = [5, 3, 1, 4, 2];
    const now = Date.now() * 1_000;
    await load(
      1,
      order.map((number) => eventRow(number, { receivedMicros: MAY, timeMicros: MAY - number })),
    );
    await load(
      2,
      order.map((number) => eventRow(10 + number, { receivedMicros: now + number })),
    );
    const byHash = await column(
      `SELECT units ->> 'targetingKey' AS unit FROM events_202605 ORDER BY hashtextextended(units ->> 'targetingKey', 0)`,
    );

    await warehouse.compact();

    await expect(unitsOf('events_202605')).resolves.toEqual(byHash);
    const month = new Date().toISOString().slice(0, 7).replace('-', '');
    await expect(unitsOf(`events_${month}`)).resolves.toEqual(
      [1, 2, 3, 4, 5].map((number) => `user-1${String(number)}`),
    );
  });

  it('are put in order once', async () => {
    await load(1, [eventRow(1, { receivedMicros: MAY })]);
    await warehouse.compact();
    const before = await column(`SELECT 'events_202605'::regclass::oid::text`);

    await warehouse.compact();

    await expect(column(`SELECT 'events_202605'::regclass::oid::text`)).resolves.toEqual(before);
  });

  it('go as a whole when their month is older than the retention', async () => {
    await load(1, [eventRow(1, { receivedMicros: MAY }), eventRow(2, { receivedMicros: JUNE })]);

    await expect(warehouse.deleteBefore(JUNE)).resolves.toEqual({ exposures: 0, events: 1 });

    await expect(partitions()).resolves.toEqual(['events_202606']);
    await expect(column('SELECT count(*) FROM events')).resolves.toEqual([1]);
  });

  it.each([
    ['exposures', EXPOSURES_OF_UNIT],
    ['events', EVENTS_OF_UNIT],
  ])('find the %s of a unit by an index', async (table, condition) => {
    const numbers = Array.from({ length: 5_000 }, (_, index) => index);
    await warehouse.load({
      source: 'log',
      offset: 1,
      exposures: numbers.map((number) => exposureRow(number)),
      events: numbers.map((number) => eventRow(number)),
    });
    await warehouse.compact();

    const plan = await warehouse.query(`EXPLAIN DELETE FROM ${table} WHERE ${condition}`, [
      exposureRow(1).environmentId,
      'user-1',
    ]);

    const text = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toMatch(/Index Scan/);
    expect(text).not.toMatch(/Seq Scan/);
  });
});
