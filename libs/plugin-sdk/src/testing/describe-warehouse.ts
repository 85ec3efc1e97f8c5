import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { Warehouse } from '../warehouse.js';
import { describeUpkeep } from './describe-upkeep.js';
import { batch, eventRow, exposureRow } from './warehouse-rows.js';

/** A warehouse on storage of its own. */
export interface OpenedWarehouse {
  /** Opens the storage; again after a close, as after a restart. */
  open(): Promise<Warehouse>;
  /** Deletes the storage. */
  remove(): Promise<void>;
}

/** The contract of the Warehouse port; every implementation runs it. */
export function describeWarehouse(name: string, make: () => Promise<OpenedWarehouse>): void {
  describe(`${name} as a Warehouse`, () => {
    let storage: OpenedWarehouse;
    let warehouse: Warehouse;

    beforeEach(async () => {
      storage = await make();
      warehouse = await storage.open();
      await warehouse.prepare();
    });

    afterEach(async () => {
      await warehouse.close();
      await storage.remove();
    });

    const count = async (table: 'events' | 'exposures'): Promise<unknown> =>
      (await warehouse.query(`SELECT count(*) AS n FROM ${table}`, []))[0]?.['n'];

    it('starts every source at offset 0', async () => {
      await expect(warehouse.offset('log')).resolves.toBe(0);
    });

    it('adds the rows of a batch and remembers its offset', async () => {
      const result = await warehouse.load(batch(3, { exposures: [1], events: [2, 3] }));

      expect(result).toEqual({ exposures: 1, events: 2, duplicates: 0 });
      await expect(warehouse.offset('log')).resolves.toBe(3);
      await expect(count('exposures')).resolves.toBe(1);
      await expect(count('events')).resolves.toBe(2);
    });

    it('changes nothing for a batch that it has taken before', async () => {
      await warehouse.load(batch(3, { events: [1, 2, 3] }));

      const result = await warehouse.load(batch(3, { events: [1, 2, 3, 4] }));

      expect(result).toEqual({ exposures: 0, events: 0, duplicates: 0 });
      await expect(count('events')).resolves.toBe(3);
    });

    it('leaves out rows that are there already, whatever offset brings them', async () => {
      await warehouse.load(batch(3, { exposures: [1], events: [2, 3] }));

      const result = await warehouse.load(batch(9, { exposures: [1, 4], events: [3, 2, 5] }));

      expect(result).toEqual({ exposures: 1, events: 1, duplicates: 3 });
      await expect(count('exposures')).resolves.toBe(2);
      await expect(count('events')).resolves.toBe(3);
    });

    it('leaves out rows that are there already, however long after the first they were received', async () => {
      const { receivedMicros } = eventRow(1);
      await warehouse.load({ ...batch(1, {}), events: [eventRow(1), eventRow(2)] });
      await warehouse.compact();

      const later = { receivedMicros: receivedMicros + 70 * 86_400_000_000, value: 99 };
      const result = await warehouse.load({
        ...batch(2, {}),
        events: [1, 2, 3].map((number) => eventRow(number, later)),
      });

      expect(result).toEqual({ exposures: 0, events: 1, duplicates: 2 });
      await expect(count('events')).resolves.toBe(3);
    });

    it('keeps the first of rows that repeat an id within a batch', async () => {
      const result = await warehouse.load({
        ...batch(2, {}),
        events: [eventRow(1, { value: 10 }), eventRow(1, { value: 20 })],
      });

      expect(result).toEqual({ exposures: 0, events: 1, duplicates: 1 });
      await expect(warehouse.query('SELECT value FROM events', [])).resolves.toEqual([{ value: 10 }]);
    });

    it('keeps the same id of another environment apart', async () => {
      const other = '0190a000-0000-7000-8000-0000000000ee';

      await warehouse.load({ ...batch(2, {}), events: [eventRow(1), eventRow(1, { environmentId: other })] });

      await expect(count('events')).resolves.toBe(2);
    });

    it('follows several sources, each with an offset of its own', async () => {
      await warehouse.load(batch(3, { events: [1] }));
      await warehouse.load({ ...batch(2, { events: [2] }), source: 'other' });

      await expect(warehouse.offset('log')).resolves.toBe(3);
      await expect(warehouse.offset('other')).resolves.toBe(2);
    });

    it('forgets the offsets of a range of sources, the end not included, and no rows', async () => {
      for (const [index, source] of ['a/1', 'a/2', 'a/3', 'A/2', 'b/1'].entries()) {
        await warehouse.load({ ...batch(7, { events: [index] }), source });
      }

      await warehouse.forgetSources('a/', 'a/3');

      const left = await Promise.all(['a/1', 'a/2', 'a/3', 'A/2', 'b/1'].map((source) => warehouse.offset(source)));
      expect(left).toEqual([0, 0, 7, 7, 7]);
      await expect(count('events')).resolves.toBe(5);
    });

    it('refuses a batch that would leave a gap behind what is recorded, as after the storage was restored', async () => {
      await warehouse.load(batch(3, { events: [1] }));

      const gap = { ...batch(9, { events: [2] }), continues: 5 };
      await expect(warehouse.load(gap)).rejects.toMatchObject({ code: 'INVALID_STATE' });
      await expect(warehouse.load({ ...gap, source: 'other' })).rejects.toMatchObject({ code: 'INVALID_STATE' });

      await expect(warehouse.offset('log')).resolves.toBe(3);
      await expect(warehouse.offset('other')).resolves.toBe(0);
      await expect(count('events')).resolves.toBe(1);
      await expect(warehouse.load({ ...gap, continues: 3 })).resolves.toMatchObject({ events: 1 });
      await expect(warehouse.load({ ...batch(9, { events: [3] }), continues: 3 })).resolves.toMatchObject({
        events: 0,
      });
    });

    it('takes an empty batch as progress', async () => {
      const result = await warehouse.load(batch(7, {}));

      expect(result).toEqual({ exposures: 0, events: 0, duplicates: 0 });
      await expect(warehouse.offset('log')).resolves.toBe(7);
    });

    it('finds everything again after it was closed and opened', async () => {
      await warehouse.load(batch(3, { exposures: [1], events: [2, 3] }));

      await warehouse.close();
      warehouse = await storage.open();
      await warehouse.prepare();

      await expect(warehouse.offset('log')).resolves.toBe(3);
      await expect(count('events')).resolves.toBe(2);
    });

    it('keeps text, numbers and absent numbers as they were', async () => {
      const unit = `Zoë "🙂" O'Brien\n\\`;
      await warehouse.load({
        ...batch(2, {}),
        exposures: [exposureRow(1, { unit, variant: '' })],
        events: [eventRow(2, { name: unit, value: null }), eventRow(3, { value: 0.1 + 0.2 })],
      });

      const exposures = await warehouse.query('SELECT unit, variant, phase FROM exposures', []);
      const events = await warehouse.query('SELECT name, value FROM events ORDER BY event_id', []);

      expect(exposures).toEqual([{ unit, variant: '', phase: 1 }]);
      expect(events).toEqual([
        { name: unit, value: null },
        { name: 'purchase', value: 0.1 + 0.2 },
      ]);
    });

    it('hands parameters to the query by position, never as SQL', async () => {
      const sql = 'SELECT CAST($2 AS INTEGER) AS second, CAST($1 AS VARCHAR) AS first';

      await expect(warehouse.query(sql, ["'; DROP TABLE events --", 4])).resolves.toEqual([
        { second: 4, first: "'; DROP TABLE events --" },
      ]);
      await expect(count('events')).resolves.toBe(0);
    });

    it('answers queries while it loads', async () => {
      const numbers = Array.from({ length: 5_000 }, (_, index) => index);

      const [, rows] = await Promise.all([
        warehouse.load(batch(5_000, { events: numbers })),
        warehouse.query('SELECT 1 AS one', []),
      ]);

      expect(rows).toEqual([{ one: 1 }]);
      await expect(count('events')).resolves.toBe(5_000);
    });

    it('takes batches that are handed over at the same time one after the other', async () => {
      await Promise.all([warehouse.load(batch(1, { events: [1, 2] })), warehouse.load(batch(2, { events: [2, 3] }))]);

      await expect(count('events')).resolves.toBe(3);
      await expect(warehouse.offset('log')).resolves.toBe(2);
    });

    it('records neither rows nor offset of a batch that fails', async () => {
      const broken = { ...batch(2, {}), events: [eventRow(1), eventRow(2, { eventId: 'no-id' })] };

      await expect(warehouse.load(broken)).rejects.toThrow(/no-id/);

      await expect(warehouse.offset('log')).resolves.toBe(0);
      await expect(count('events')).resolves.toBe(0);
      await expect(warehouse.load({ ...broken, events: [eventRow(1)] })).resolves.toMatchObject({ events: 1 });
    });

    it('refuses work after it was closed', async () => {
      await warehouse.close();

      await expect(warehouse.query('SELECT 1 AS one', [])).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' });
      await expect(warehouse.load(batch(1, {}))).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' });
    });

    describeUpkeep(() => warehouse);
  });
}
