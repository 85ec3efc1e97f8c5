import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Warehouse } from '@sortition/plugin-sdk';
import { eventRow } from '@sortition/plugin-sdk/testing';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { openPostgresWarehouse } from './open-postgres-warehouse.js';

/** The tables as version 0.1 made them. */
const RELEASED_TABLES: readonly string[] = [
  `CREATE TABLE load_offset (
    source text CONSTRAINT load_offset_pkey PRIMARY KEY,
    "offset" bigint NOT NULL
  )`,
  `CREATE TABLE exposures (
    environment_id uuid NOT NULL,
    event_id uuid NOT NULL,
    time timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    flag text NOT NULL,
    variant text NOT NULL,
    rule text NOT NULL,
    experiment text NOT NULL,
    phase integer NOT NULL,
    unit_attribute text NOT NULL,
    unit text NOT NULL,
    CONSTRAINT exposures_pkey PRIMARY KEY (event_id, environment_id)
  )`,
  `CREATE INDEX exposures_by_unit
    ON exposures (environment_id, experiment, phase, hashtextextended(unit, 0), time)`,
  `CREATE INDEX exposures_by_receipt ON exposures USING brin (received_at)`,
  `CREATE TABLE events (
    environment_id uuid NOT NULL,
    event_id uuid NOT NULL,
    time timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    name text NOT NULL,
    value double precision,
    units jsonb NOT NULL,
    properties text NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (event_id, environment_id)
  )`,
  `CREATE INDEX events_by_name ON events (environment_id, name, time)`,
  `CREATE INDEX events_by_receipt ON events USING brin (received_at)`,
];

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

const column = async (sql: string): Promise<readonly unknown[]> =>
  (await warehouse.query(sql, [])).map((row) => Object.values(row)[0]);

describe('the tables of version 0.1 of PostgreSQL', () => {
  beforeEach(async () => {
    for (const statement of RELEASED_TABLES) await warehouse.query(statement, []);
    await warehouse.query(
      `INSERT INTO events SELECT '0190a000-0000-7000-8000-00000000000e', gen_random_uuid(), now(),
         '2026-04-01Z'::timestamptz + n * interval '1 day', 'purchase', n, '{"targetingKey": "user"}', '{}'
       FROM generate_series(0, 59) AS n`,
      [],
    );
    await warehouse.query(`INSERT INTO load_offset VALUES ('log', 60)`, []);
  });

  it('are brought into partitions with all their rows and offsets', async () => {
    await warehouse.prepare();

    await expect(column('SELECT DISTINCT tableoid::regclass::text FROM events ORDER BY 1')).resolves.toEqual([
      'events_202604',
      'events_202605',
    ]);
    await expect(column('SELECT sum(value) FROM events')).resolves.toEqual([1_770]);
    await expect(warehouse.offset('log')).resolves.toBe(60);
    await expect(column(`SELECT to_regclass('events_released')::text`)).resolves.toEqual([null]);
  });

  it('still leave out what they held', async () => {
    const [id] = await column('SELECT event_id FROM events LIMIT 1');
    await warehouse.prepare();
    await warehouse.prepare();

    const events = [eventRow(1, { eventId: String(id) }), eventRow(2)];
    await expect(warehouse.load({ source: 'log', offset: 61, exposures: [], events })).resolves.toMatchObject({
      events: 1,
      duplicates: 1,
    });
  });
});
