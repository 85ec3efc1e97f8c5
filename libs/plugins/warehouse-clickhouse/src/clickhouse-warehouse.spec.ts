import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventRow, Warehouse } from '@sortition/plugin-sdk';
import { describeWarehouse, eventRow, exposureRow } from '@sortition/plugin-sdk/testing';

import { openClickHouseWarehouse } from './open-clickhouse-warehouse.js';
import { isClickHouseInstalled, startTestClickHouse, type TestClickHouse } from './testing/index.js';

if (!isClickHouseInstalled()) {
  it.skip('needs the ClickHouse engine: npm run engine -w libs/plugins/warehouse-clickhouse', () => undefined);
} else {
  let server: TestClickHouse;

  beforeAll(async () => {
    server = await startTestClickHouse();
  });

  afterAll(() => server.stop());

  describeWarehouse('ClickHouse', async () => {
    const url = server.newDatabaseUrl();
    return { open: () => openClickHouseWarehouse({ url }), remove: () => Promise.resolve() };
  });

  describe('ClickHouse', () => {
    let url: string;
    let warehouse: Warehouse;

    beforeEach(async () => {
      url = server.newDatabaseUrl();
      warehouse = await openClickHouseWarehouse({ url });
      await warehouse.prepare();
    });

    afterEach(() => warehouse.close());

    const load = (offset: number, events: readonly EventRow[]): ReturnType<Warehouse['load']> =>
      warehouse.load({ source: 'log', offset, exposures: [], events });

    it('gives the units of an event by attribute path', async () => {
      await load(1, [eventRow(1, { units: { targetingKey: 'user-1', 'company.id': `o'"\\ 7` } })]);

      const rows = await warehouse.query(`SELECT units[$1] AS unit, units['absent'] AS absent FROM events`, [
        'company.id',
      ]);

      expect(rows).toEqual([{ unit: `o'"\\ 7`, absent: '' }]);
    });

    it('keeps microseconds, and tells times in UTC', async () => {
      const timeMicros = 1_780_000_000_123_457;
      await load(1, [eventRow(1, { timeMicros })]);

      await expect(
        warehouse.query('SELECT toUnixTimestamp64Micro(time) AS micros, time FROM events', []),
      ).resolves.toEqual([{ micros: timeMicros, time: '2026-05-28T20:26:40.123457Z' }]);
    });

    it('counts nothing twice when it was killed before a batch had its ids and its offset', async () => {
      const events = [1, 2, 3].map((number) => eventRow(number));
      await warehouse.load({ source: 'log', offset: 3, exposures: [exposureRow(9)], events });
      // What a kill after the insert of the rows leaves behind.
      for (const table of ['loaded_id', 'load_offset']) await administer(url, `TRUNCATE TABLE ${table}`);

      await expect(warehouse.offset('log')).resolves.toBe(0);
      await warehouse.load({ source: 'log', offset: 4, exposures: [exposureRow(9)], events: [...events, eventRow(4)] });

      await expect(warehouse.query('SELECT count(*) AS n, sum(value) AS total FROM events', [])).resolves.toEqual([
        { n: 4, total: 10 },
      ]);
      await expect(warehouse.query('SELECT count(*) AS n FROM exposures', [])).resolves.toEqual([{ n: 1 }]);
    });

    it('counts nothing twice when it was killed before a batch had its offset', async () => {
      const events = [1, 2, 3].map((number) => eventRow(number));
      await load(3, events);
      await administer(url, 'TRUNCATE TABLE load_offset');

      await expect(load(4, [...events, eventRow(4)])).resolves.toEqual({ exposures: 0, events: 1, duplicates: 3 });

      await expect(warehouse.query('SELECT count(*) AS n FROM events', [])).resolves.toEqual([{ n: 4 }]);
    });

    it('keeps the first row with an id also when a later one differs in everything', async () => {
      await load(1, [eventRow(1)]);

      const other = { name: 'refund', value: 99, timeMicros: eventRow(1).timeMicros + 5_000_000, units: { a: 'b' } };
      await load(2, [eventRow(1, other)]);

      await expect(warehouse.query('SELECT name, value FROM events', [])).resolves.toEqual([
        { name: 'purchase', value: 1 },
      ]);
    });

    it('counts every row once when several processes follow the same log', async () => {
      const other = await openClickHouseWarehouse({ url });
      const numbers = Array.from({ length: 120 }, (_, index) => index + 1);
      const loadAll = async (target: Warehouse, size: number): Promise<void> => {
        for (let end = size; end <= numbers.length; end += size) {
          const events = numbers.slice(end - size, end).map((number) => eventRow(number));
          await target.load({ source: 'log', offset: end, exposures: [], events });
        }
      };

      await Promise.all([loadAll(warehouse, 20), loadAll(other, 15)]);
      await other.close();

      await expect(
        warehouse.query('SELECT count(*) AS n, count(DISTINCT event_id) AS ids FROM events', []),
      ).resolves.toEqual([{ n: 120, ids: 120 }]);
    });

    it('has every row once after it was killed in the middle of loading, again and again', async () => {
      const killed = await startTestClickHouse();
      try {
        const database = killed.newDatabaseUrl();
        for (let round = 1; round <= 2; round += 1) {
          const target = await openClickHouseWarehouse({ url: onTheSameServer(killed, database) });
          await target.prepare();
          const loading = loadUntilItFails(target);
          await loading.under(round * 7);
          await killed.killAndStart();
          await loading.failed;
        }

        const revived = await openClickHouseWarehouse({ url: onTheSameServer(killed, database) });
        const offset = await revived.offset('log');
        const rows = await revived.query('SELECT count(*) AS n, count(DISTINCT event_id) AS ids FROM events', []);
        const below = await revived.query('SELECT count(*) AS n FROM events WHERE value <= CAST($1 AS Int64)', [
          offset,
        ]);
        await revived.close();

        expect(offset).toBeGreaterThan(100);
        expect(rows[0]?.['n']).toBe(rows[0]?.['ids']);
        expect(below).toEqual([{ n: offset }]);
      } finally {
        await killed.stop();
      }
    }, 60_000);

    it('takes more ids in a batch than one statement names', async () => {
      const events = Array.from({ length: 9_000 }, (_, index) => eventRow(index));
      await load(1, events);

      await expect(load(2, [...events, eventRow(9_000)])).resolves.toMatchObject({ events: 1, duplicates: 9_000 });
    });

    it('says that a mistake in the SQL is one', async () => {
      await expect(warehouse.query('SELECT nothing', [])).rejects.toThrow(/Unknown expression identifier `nothing`/);
    });

    it('names the place that cannot be reached, and no password', async () => {
      await expect(
        openClickHouseWarehouse({ url: 'clickhouse://user:hidden@127.0.0.1:1/analytics' }),
      ).rejects.toMatchObject({
        code: 'WAREHOUSE_UNAVAILABLE',
        message: expect.stringMatching(/^(?!.*hidden).*127\.0\.0\.1:1\/analytics cannot be opened.*ECONNREFUSED/),
      });
    });
  });
}

/** Runs a statement as an administrator would, past the port. */
async function administer(url: string, statement: string): Promise<void> {
  const { origin, pathname } = new URL(url.replace('clickhouse:', 'http:'));
  const response = await fetch(`${origin}/?database=${pathname.slice(1)}`, { method: 'POST', body: statement });
  if (!response.ok) throw new Error(await response.text());
}

/** The address of a database of a server that was started anew since. */
function onTheSameServer(server: TestClickHouse, url: string): string {
  return `${new URL(server.newDatabaseUrl().replace('clickhouse:', 'http:')).origin.replace('http:', 'clickhouse:')}${new URL(url.replace('clickhouse:', 'http:')).pathname}`;
}

/** Goes on from the warehouse's offset in small batches, as the loader does. */
function loadUntilItFails(warehouse: Warehouse): {
  under(batches: number): Promise<void>;
  readonly failed: Promise<void>;
} {
  let loaded = 0;
  let wake = (): void => undefined;
  const run = async (): Promise<void> => {
    for (let offset = await warehouse.offset('log'); ; offset += 10) {
      const events = Array.from({ length: 10 }, (_, index) => eventRow(offset + index + 1));
      await warehouse.load({ source: 'log', offset: offset + 10, exposures: [], events });
      loaded += 1;
      wake();
    }
  };
  const failed = run()
    .catch(() => undefined)
    .then(() => warehouse.close());
  return {
    failed,
    async under(batches) {
      while (loaded < batches) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}
