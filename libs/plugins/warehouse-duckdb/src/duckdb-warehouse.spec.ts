import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventRow, Warehouse } from '@sortition/plugin-sdk';
import { describeWarehouse, eventRow, exposureRow } from '@sortition/plugin-sdk/testing';

import { openDuckDbWarehouse } from './open-duckdb-warehouse.js';
import { packsIds, TABLES } from './tables.js';

/** Of two environments in turn. */
const numbered = (count: number): readonly EventRow[] =>
  Array.from({ length: count }, (_, number) =>
    eventRow(number, number % 2 === 0 ? {} : { environmentId: '0190a000-0000-7000-8000-0000000000ee' }),
  );

describeWarehouse('DuckDB', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sortition-duckdb-'));
  return {
    open: () => openDuckDbWarehouse({ path: join(directory, 'warehouse.duckdb'), threads: 2 }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
});

describe('DuckDB', () => {
  let warehouse: Warehouse;

  beforeEach(async () => {
    warehouse = await openDuckDbWarehouse({ path: ':memory:', threads: 2 });
    await warehouse.prepare();
  });

  afterEach(() => warehouse.close());

  it('gives the units of an event by attribute path', async () => {
    const units = { targetingKey: 'user-1', 'company.id': `o'"\\ 7` };
    await warehouse.load({ source: 'log', offset: 1, exposures: [], events: [eventRow(1, { units })] });

    const rows = await warehouse.query(`SELECT units[$1] AS unit, units['absent'] AS absent FROM events`, [
      'company.id',
    ]);

    expect(rows).toEqual([{ unit: `o'"\\ 7`, absent: null }]);
  });

  it('never takes a part of a text for a row or a column of its own', async () => {
    const text = 'a\u001fb\u001ec\u001dd';
    const events = [eventRow(1, { name: text, units: { [text]: text, 'company.id': text }, properties: '{}' })];
    const exposures = [exposureRow(2, { unit: text, flag: '\u001e' }), exposureRow(3, { unit: 'plain' })];
    await warehouse.load({ source: 'log', offset: 3, exposures, events });

    await expect(warehouse.query('SELECT unit, flag FROM exposures ORDER BY event_id', [])).resolves.toEqual([
      { unit: text, flag: '\u001e' },
      { unit: 'plain', flag: exposures[1]?.flag },
    ]);
    const sql = 'SELECT name, units[$1] AS one, units[$2] AS other FROM events';
    await expect(warehouse.query(sql, [text, 'company.id'])).resolves.toEqual([{ name: text, one: text, other: text }]);
  });

  it('holds nothing of a batch whose exposures cannot be added, although its events can', async () => {
    const exposures = [exposureRow(1, { eventId: 'no-id' })];
    const events = Array.from({ length: 3_000 }, (_, number) => eventRow(number));

    await expect(warehouse.load({ source: 'log', offset: 1, exposures, events })).rejects.toThrow(/no-id/);

    await expect(warehouse.query('SELECT count(*) AS n FROM events', [])).resolves.toEqual([{ n: 0 }]);
    await expect(warehouse.load({ source: 'log', offset: 1, exposures: [], events })).resolves.toMatchObject({
      events: 3_000,
    });
  });

  it('knows ids of versions that are in no order', async () => {
    const ids = ['ffffffff-ffff-4fff-bfff-ffffffffffff', '00000000-0000-4000-8000-000000000000'];
    const rows = ids.map((eventId, index) => eventRow(index, { eventId }));
    await warehouse.load({ source: 'log', offset: 1, exposures: [], events: rows.slice(0, 1) });

    await expect(warehouse.load({ source: 'log', offset: 2, exposures: [], events: rows })).resolves.toMatchObject({
      events: 1,
      duplicates: 1,
    });
  });

  it('keeps microseconds', async () => {
    const timeMicros = 1_780_000_000_123_457;
    await warehouse.load({ source: 'log', offset: 1, exposures: [], events: [eventRow(1, { timeMicros })] });

    await expect(warehouse.query('SELECT epoch_us(time) AS micros FROM events', [])).resolves.toEqual([
      { micros: timeMicros },
    ]);
  });

  it('opens the file anew after an error that DuckDB does not survive', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sortition-duckdb-'));
    const onDisk = await openDuckDbWarehouse({ path: join(directory, 'warehouse.duckdb'), threads: 2 });
    await onDisk.prepare();
    await onDisk.load({ source: 'log', offset: 1, exposures: [], events: [eventRow(1)] });
    // As if the disk failed in the middle of a checkpoint.
    await onDisk.query(`SET GLOBAL debug_checkpoint_abort = 'before_header'`, []);
    await expect(onDisk.compact()).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' });

    const [offset, result] = await Promise.all([
      onDisk.offset('log'),
      onDisk.load({ source: 'log', offset: 2, exposures: [], events: [eventRow(1), eventRow(2)] }),
    ]);

    expect(offset).toBeGreaterThanOrEqual(1);
    expect(result).toEqual({ exposures: 0, events: 1, duplicates: 1 });
    await onDisk.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('brings a file of version 0.1, which packed its UUIDs, up to date with all its rows', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sortition-duckdb-'));
    const path = join(directory, 'warehouse.duckdb');
    const released = await openDuckDbWarehouse({ path, threads: 2 });
    for (const statement of TABLES) {
      await released.query(statement.replaceAll('USING COMPRESSION uncompressed', ''), []);
    }
    await released.load({ source: 'log', offset: 2, exposures: [], events: numbered(3_000) });
    await released.compact();
    await expect(released.query(packsIds('events'), [])).resolves.toHaveLength(1);
    await released.close();

    const onDisk = await openDuckDbWarehouse({ path, threads: 2 });
    await onDisk.prepare();
    await onDisk.compact();

    await expect(onDisk.query(packsIds('events'), [])).resolves.toEqual([]);
    await expect(
      onDisk.load({ source: 'log', offset: 3, exposures: [], events: numbered(3_001) }),
    ).resolves.toMatchObject({ events: 1, duplicates: 3_000 });
    await onDisk.close();
    await rm(directory, { recursive: true, force: true });
  });

  describe('puts rows in order', () => {
    const HOUR_MICROS = 3_600_000_000;
    const START_MICROS = Math.ceil(1_780_000_000_000_000 / HOUR_MICROS) * HOUR_MICROS;
    /** Of three environments and many units, a hundred an hour. */
    const rows = Array.from({ length: 1_000 }, (_, number) => ({
      environmentId: `0190a000-0000-7000-8000-00000000000${String(number % 3)}`,
      receivedMicros: START_MICROS + Math.floor(number / 100) * HOUR_MICROS + number,
      unit: `user-${String((number * 7_919) % 1_000)}`,
    }));
    const events = rows.map(({ unit, ...row }, number) => eventRow(number, { ...row, units: { targetingKey: unit } }));
    const exposures = rows.map((row, number) => exposureRow(number, row));
    const inOrder = {
      exposures: 'environment_id, experiment, phase, hash(unit), time',
      events: `environment_id, name, hash(units['targetingKey']), time`,
    };
    let ordering: Warehouse;

    beforeEach(async () => {
      ordering = await openDuckDbWarehouse({ path: ':memory:', threads: 2, rowsOfRun: 250 });
      await ordering.prepare();
      await ordering.load({ source: 'log', offset: 1, exposures, events });
    });

    afterEach(() => ordering.close());

    const ids = async (table: string, condition: string, order: string): Promise<readonly unknown[]> => {
      const sql = `SELECT event_id::VARCHAR AS id FROM ${table} WHERE ${condition} ORDER BY ${order}`;
      return (await ordering.query(sql, [])).map(({ id }) => id);
    };
    const startOf = (hour: number): string => `make_timestamp(${String(START_MICROS + hour * HOUR_MICROS)})`;

    it.each(['exposures', 'events'] as const)('of %s, in runs of whole hours', async (table) => {
      await ordering.compact();

      // A run has 250 rows or more; of ten hours the last may not be over.
      for (const hour of [0, 3, 6]) {
        const isOfRun = `received_at BETWEEN ${startOf(hour)} AND ${startOf(hour + 3)}`;
        const lie = await ids(table, isOfRun, 'rowid');
        expect(lie).toHaveLength(300);
        expect(lie).toEqual(await ids(table, isOfRun, inOrder[table]));
      }
      const isRest = `received_at > ${startOf(9)}`;
      await expect(ids(table, isRest, 'rowid')).resolves.toEqual(await ids(table, isRest, 'received_at'));
      await expect(ordering.query(`SELECT count(DISTINCT event_id) AS n FROM ${table}`, [])).resolves.toEqual([
        { n: 1_000 },
      ]);
    });

    it('once', async () => {
      await ordering.compact();
      const before = await ids('events', 'true', 'rowid');

      await ordering.compact();

      await expect(ids('events', 'true', 'rowid')).resolves.toEqual(before);
    });

    it('and knows their ids afterwards', async () => {
      await ordering.compact();

      const result = await ordering.load({ source: 'log', offset: 2, exposures, events });

      expect(result).toEqual({ exposures: 0, events: 0, duplicates: 2_000 });
    });

    it('until it is told to stop', async () => {
      const before = await ids('events', 'true', 'rowid');

      await ordering.compact(AbortSignal.abort());

      await expect(ids('events', 'true', 'rowid')).resolves.toEqual(before);
    });
  });

  it('names the file that cannot be opened', async () => {
    await expect(openDuckDbWarehouse({ path: '/no-such-directory/warehouse.duckdb' })).rejects.toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
      message: expect.stringContaining('/no-such-directory/warehouse.duckdb'),
    });
  });
});
