import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Warehouse } from '@sortition/plugin-sdk';
import { describeWarehouse, eventRow } from '@sortition/plugin-sdk/testing';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { openPostgresWarehouse } from './open-postgres-warehouse.js';

let server: TestPostgres;
let url: string;

beforeAll(async () => {
  server = await startTestPostgres();
  url = await server.createDatabase();
});

afterAll(() => server.stop());

let schemas = 0;
const newSchema = (): string => `warehouse_${String((schemas += 1))}`;

describeWarehouse('PostgreSQL', async () => {
  const schema = newSchema();
  return { open: () => openPostgresWarehouse({ url, schema }), remove: () => Promise.resolve() };
});

describe('PostgreSQL', () => {
  let schema: string;
  let warehouse: Warehouse;

  beforeEach(async () => {
    schema = newSchema();
    warehouse = await openPostgresWarehouse({ url, schema });
    await warehouse.prepare();
  });

  afterEach(() => warehouse.close());

  it('gives the units of an event by attribute path', async () => {
    const units = { targetingKey: 'user-1', 'company.id': `o'"\\ 7` };
    await warehouse.load({ source: 'log', offset: 1, exposures: [], events: [eventRow(1, { units })] });

    const rows = await warehouse.query(`SELECT units ->> $1 AS unit, units ->> 'absent' AS absent FROM events`, [
      'company.id',
    ]);

    expect(rows).toEqual([{ unit: `o'"\\ 7`, absent: null }]);
  });

  it('keeps microseconds, and tells times in UTC', async () => {
    const timeMicros = 1_780_000_000_123_457;
    await warehouse.load({ source: 'log', offset: 1, exposures: [], events: [eventRow(1, { timeMicros })] });

    await expect(
      warehouse.query('SELECT (extract(epoch FROM time) * 1000000)::bigint AS micros, time FROM events', []),
    ).resolves.toEqual([{ micros: timeMicros, time: '2026-05-28T20:26:40.123457Z' }]);
  });

  it('loads every row once when several processes follow the same log', async () => {
    const others = await Promise.all([1, 2].map(() => openPostgresWarehouse({ url, schema })));
    const numbers = Array.from({ length: 400 }, (_, index) => index + 1);
    const loadAll = async (target: Warehouse, size: number): Promise<void> => {
      for (let end = size; end <= numbers.length; end += size) {
        const events = numbers.slice(end - size, end).map((number) => eventRow(number));
        await target.load({ source: 'log', offset: end, exposures: [], events });
      }
    };

    await Promise.all([loadAll(warehouse, 10), ...others.map((other, index) => loadAll(other, index === 0 ? 8 : 25))]);

    await expect(
      warehouse.query('SELECT count(*) AS n, count(DISTINCT event_id) AS ids FROM events', []),
    ).resolves.toEqual([{ n: 400, ids: 400 }]);
    await Promise.all(others.map((other) => other.close()));
  });

  it('answers again after the server cut its connections', async () => {
    await warehouse.load({ source: 'log', offset: 1, exposures: [], events: [eventRow(1)] });
    const killer = await openPostgresWarehouse({ url, schema });
    await killer.query(
      `SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity
       WHERE application_name = 'sortition warehouse' AND pid <> pg_backend_pid()`,
      [],
    );
    await killer.close();

    // The first call may still meet a connection that is gone.
    const answer = await warehouse.offset('log').catch(() => warehouse.offset('log'));

    expect(answer).toBe(1);
  });

  it('prepares the tables when several processes start at once', async () => {
    const fresh = newSchema();
    const opened = await Promise.all([1, 2, 3].map(() => openPostgresWarehouse({ url, schema: fresh })));

    await expect(Promise.all(opened.map((each) => each.prepare()))).resolves.toHaveLength(3);

    await Promise.all(opened.map((each) => each.close()));
  });

  it('says that a mistake in the SQL is one', async () => {
    await expect(warehouse.query('SELECT nothing', [])).rejects.toThrow('column "nothing" does not exist');
  });

  it('names the place that cannot be reached, and no password', async () => {
    await expect(openPostgresWarehouse({ url: 'postgres://user:hidden@127.0.0.1:1/analytics' })).rejects.toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
      message: expect.stringMatching(/^(?!.*hidden).*127\.0\.0\.1:1\/analytics cannot be opened.*ECONNREFUSED/),
    });
  });
});
