import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Warehouse } from '../warehouse.js';
import { batch, eventRow, exposureRow } from './warehouse-rows.js';

/** The part of the contract about reading much, erasing, retention and compaction, on an empty warehouse. */
export function describeUpkeep(warehouse: () => Warehouse): void {
  const count = async (table: 'events' | 'exposures'): Promise<unknown> =>
    (await warehouse().query(`SELECT count(*) AS n FROM ${table}`, []))[0]?.['n'];

  describe('with a long result', () => {
    const COUNT = 20_000;
    beforeEach(() => warehouse().load(batch(COUNT, { events: Array.from({ length: COUNT }, (_, index) => index) })));

    it('streams every row once, in the order of the query', async () => {
      const seen: unknown[] = [];
      for await (const rows of warehouse().stream('SELECT value FROM events ORDER BY value', [])) {
        seen.push(...rows.map((row) => row['value']));
      }

      expect(seen).toEqual(Array.from({ length: COUNT }, (_, index) => index));
    });

    it('stops a stream that is not read to its end, and answers on', async () => {
      let batches = 0;
      for await (const rows of warehouse().stream('SELECT value FROM events WHERE value >= CAST($1 AS INTEGER)', [5])) {
        batches += rows.length > 0 ? 1 : 0;
        break;
      }

      expect(batches).toBe(1);
      await expect(count('events')).resolves.toBe(COUNT);
    });
  });

  it('erases a unit from one environment, whatever attribute names it, and nothing else', async () => {
    const unit = `Zoë "O'Brien"`;
    const other = '0190a000-0000-7000-8000-0000000000ee';
    const subject = { environmentId: eventRow(1).environmentId, unit };
    await warehouse().load({
      ...batch(9, {}),
      exposures: [
        exposureRow(1, { unit }),
        exposureRow(2, { unit: `${unit}2` }),
        exposureRow(3, { unit, environmentId: other }),
      ],
      events: [
        eventRow(4, { units: { targetingKey: unit } }),
        eventRow(5, { units: { targetingKey: 'user-5', 'company.id': unit } }),
        eventRow(6, { units: { [unit]: 'user-6' }, name: unit }),
        eventRow(7, { units: { targetingKey: unit }, environmentId: other }),
      ],
    });

    await expect(warehouse().countUnit(subject)).resolves.toEqual({ exposures: 1, events: 2 });
    await expect(warehouse().eraseUnit(subject)).resolves.toEqual({ exposures: 1, events: 2 });

    await expect(warehouse().countUnit(subject)).resolves.toEqual({ exposures: 0, events: 0 });
    await expect(count('exposures')).resolves.toBe(2);
    await expect(count('events')).resolves.toBe(2);
    await expect(warehouse().eraseUnit(subject)).resolves.toEqual({ exposures: 0, events: 0 });
  });

  it('does not take an erased row back from a batch that it has passed', async () => {
    const { environmentId } = eventRow(1);
    await warehouse().load(batch(3, { events: [1, 2] }));

    await warehouse().eraseUnit({ environmentId, unit: 'user-1' });
    await warehouse().load(batch(3, { events: [1, 2] }));

    await expect(count('events')).resolves.toBe(1);
  });

  it('deletes what was received before a time, the time itself not included', async () => {
    await warehouse().load(batch(3, { exposures: [1, 2, 3], events: [1, 2, 3, 4] }));

    await expect(warehouse().deleteBefore(eventRow(3).receivedMicros)).resolves.toEqual({ exposures: 2, events: 2 });

    await expect(count('exposures')).resolves.toBe(1);
    await expect(count('events')).resolves.toBe(2);
  });

  it('keeps every row when it compacts', async () => {
    for (const offset of [1, 2, 3]) await warehouse().load(batch(offset, { exposures: [offset], events: [offset] }));

    await warehouse().compact();

    await expect(count('exposures')).resolves.toBe(3);
    await expect(count('events')).resolves.toBe(3);
  });
}
