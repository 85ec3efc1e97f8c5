import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { EventLog, LogRecord, NewRecord } from '../application/event-log.js';
import { newRecord, OTHER_ENVIRONMENT, OTHER_ORGANIZATION } from './new-record.js';

/** A log on storage of its own. */
export interface OpenedEventLog {
  readonly log: EventLog;
  /** The same log as another process sees it. */
  reopen(): Promise<EventLog>;
  /** Closes every view of the log. */
  close(): Promise<void>;
}

/** The contract of the EventLog port; every implementation runs it. `make` gives a new, empty log each time. */
export function describeEventLog(name: string, make: () => Promise<OpenedEventLog>): void {
  describe(`${name} as an EventLog`, () => {
    let opened: OpenedEventLog;
    let log: EventLog;

    beforeEach(async () => {
      opened = await make();
      log = opened.log;
    });

    afterEach(() => opened.close());

    const numbersIn = async (from: EventLog): Promise<readonly string[]> =>
      (await from.read(0, 100)).map(({ eventId }) => eventId);
    const idsOf = (...numbers: readonly number[]): readonly string[] =>
      numbers.map((number) => newRecord(number).eventId);

    it('gives back what was appended, in order', async () => {
      const payload = JSON.stringify({ name: `a "quoted" {name}, \\ and a \u001e`, units: { 'a,b': '🙂' } });
      await log.append([newRecord(1), newRecord(2, { kind: 'exposure', payload, timeMs: 1_780_000_000_123 })]);

      const records = await log.read(0, 10);

      expect(records).toMatchObject([
        { eventId: newRecord(1).eventId, environmentId: newRecord(1).environmentId, kind: 'tracked' },
        {
          eventId: newRecord(2).eventId,
          kind: 'exposure',
          payload: JSON.parse(payload) as object,
          timeMicros: 1_780_000_000_123_000,
        },
      ]);
    });

    it('erases the events of a unit from one environment, keeping the others and every offset', async () => {
      const [unit, other] = [`Zoë "O'Brien" \\ 🙂`, 'user-1'];
      const exposure = (of: string): string =>
        JSON.stringify({ flag: unit, variant: 'v', rule: '', experiment: '', phase: 0, unitAttribute: 'a', unit: of });
      const tracked = (units: object): string => JSON.stringify({ name: unit, value: 1, units, properties: { unit } });
      const elsewhere = { environmentId: OTHER_ENVIRONMENT, organizationId: OTHER_ORGANIZATION };
      await log.append([
        newRecord(1, { payload: tracked({ targetingKey: other }) }),
        newRecord(2, { payload: tracked({ targetingKey: other, company: unit }) }),
        newRecord(3, { kind: 'exposure', payload: exposure(unit) }),
        newRecord(4, { kind: 'exposure', payload: exposure(other) }),
        newRecord(5, { payload: tracked({ targetingKey: unit }), ...elsewhere }),
        newRecord(6, { payload: tracked({ [unit]: other }) }),
      ]);
      const before = await log.read(0, 10);
      const subject = { organizationId: newRecord(1).organizationId, environmentId: newRecord(1).environmentId, unit };
      await expect(log.countUnit(subject)).resolves.toBe(2);

      const erased = await log.eraseUnit(subject);

      expect(erased.count).toBe(2);
      await expect(log.countUnit(subject)).resolves.toBe(0);
      const isOfUnit = ({ eventId }: LogRecord): boolean => idsOf(2, 3).includes(eventId);
      const after = await log.read(0, 10);
      expect(after.filter((record) => !isOfUnit(record))).toEqual(before.filter((record) => !isOfUnit(record)));
      expect(JSON.stringify(after.filter(isOfUnit))).not.toContain('Zoë');
      expect(before.filter(isOfUnit).every(({ offset }) => offset <= erased.lastOffset)).toBe(true);
      await expect(log.eraseUnit(subject)).resolves.toEqual({ count: 0, lastOffset: 0 });
      await expect(log.append([newRecord(7)])).resolves.toEqual([true]);
    });

    it('appends nothing when it is given nothing', async () => {
      await expect(log.append([])).resolves.toEqual([]);

      await expect(log.read(0, 10)).resolves.toEqual([]);
    });

    it('tells new records from those it holds and from repetitions in the batch', async () => {
      await log.append([newRecord(1), newRecord(2)]);

      const isNew = await log.append([newRecord(2), newRecord(3), newRecord(3), newRecord(4), newRecord(1)]);

      expect(isNew).toEqual([false, true, false, true, false]);
      await expect(numbersIn(log)).resolves.toEqual(idsOf(1, 2, 3, 4));
    });

    it('keeps the first of two records with the same id and different content', async () => {
      const [first, second, third] = [1, 2, 3].map((value) => newRecord(1, { payload: JSON.stringify({ value }) }));
      await log.append([first, second].filter((record) => record !== undefined));

      await log.append(third ? [third] : []);

      expect((await log.read(0, 10)).map(({ payload }) => payload)).toEqual([{ value: 1 }]);
    });

    it('recognises in one process what another has appended', async () => {
      const other = await opened.reopen();
      await log.append([newRecord(1)]);

      await expect(other.append([newRecord(1), newRecord(2)])).resolves.toEqual([false, true]);

      await expect(numbersIn(log)).resolves.toEqual(idsOf(1, 2));
      await expect(numbersIn(other)).resolves.toEqual(idsOf(1, 2));
    });

    it('keeps the same id of two environments apart, also across organizations in one append', async () => {
      const records = [
        newRecord(1),
        newRecord(1, { environmentId: OTHER_ENVIRONMENT, organizationId: OTHER_ORGANIZATION }),
        newRecord(2),
      ];

      await expect(log.append(records)).resolves.toEqual([true, true, true]);

      await expect(log.append(records)).resolves.toEqual([false, false, false]);
    });

    it('reads on from an offset, a bounded number at a time', async () => {
      await log.append([1, 2, 3, 4, 5].map((number) => newRecord(number)));

      const first = await log.read(0, 2);
      const second = await log.read(first.at(-1)?.offset ?? 0, 2);
      const again = await log.read(first.at(0)?.offset ?? 0, 1);

      expect([...first, ...second].map(({ eventId }) => eventId)).toEqual(idsOf(1, 2, 3, 4));
      expect(again.map(({ eventId }) => eventId)).toEqual(idsOf(2));
    });

    it('reads nothing beyond its end, and then what is appended', async () => {
      await log.append([newRecord(1)]);
      const { offset } = await log.end();
      const before = await log.read(offset, 10);

      await log.append([newRecord(2)]);

      expect(before).toEqual([]);
      expect((await log.read(offset, 10)).map(({ eventId }) => eventId)).toEqual(idsOf(2));
    });

    it('ends at offset 0 while it is empty, then at its last record', async () => {
      const empty = await log.end();
      await log.append([newRecord(1)]);

      const end = await log.end();
      const [record] = await log.read(0, 1);

      expect(empty.offset).toBe(0);
      expect(end.offset).toBe(record?.offset);
      expect(record?.receivedMicros).toBeLessThanOrEqual(end.time.getTime() * 1_000 + 999);
    });

    it('receives nothing at or before a time that it has reported as complete', async () => {
      const end = await log.end();

      await log.append([newRecord(1)]);

      const [record] = await log.read(end.offset, 1);
      expect(record?.receivedMicros).toBeGreaterThanOrEqual(end.time.getTime() * 1_000);
    });

    it('ends in one process where another has appended', async () => {
      const other = await opened.reopen();
      await log.append([newRecord(1), newRecord(2)]);

      const { offset } = await other.end();

      expect(offset).toBe((await log.read(0, 10)).at(-1)?.offset);
    });

    it('remembers how far consumers have come and never lets them fall back', async () => {
      await log.commitOffset('warehouse', 7);
      await log.commitOffset('warehouse', 5);
      await log.commitOffset('other', 1);

      for (const view of [log, await opened.reopen()]) {
        await expect(view.committedOffset('warehouse')).resolves.toBe(7);
        await expect(view.committedOffset('other')).resolves.toBe(1);
        await expect(view.committedOffset('unknown')).resolves.toBe(0);
      }
    });

    it('keeps its name over restarts and differs from other logs', async () => {
      const other = await make();
      const otherSource = await other.log.source();
      await other.close();

      const source = await log.source();

      await expect((await opened.reopen()).source()).resolves.toBe(source);
      expect(otherSource).not.toBe(source);
    });

    it('begins with one incarnation that continues nothing, and ends at its last record', async () => {
      await log.append([newRecord(1), newRecord(2)]);

      const { incarnations, end, trimmedTo } = await log.history();

      expect(incarnations).toEqual([expect.objectContaining({ source: await log.source(), after: 0 })]);
      expect(end).toBeGreaterThanOrEqual((await log.read(0, 10)).at(-1)?.offset ?? 0);
      expect(trimmedTo).toBe(0);
    });

    it('begins another one that continues nothing, for every process, and keeps what it holds', async () => {
      const other = await opened.reopen();
      await log.append([newRecord(1)]);
      const [{ source: first } = { source: '' }] = (await log.history()).incarnations;
      const { offset } = await log.end();

      await other.beginAnew();
      await log.append([newRecord(1), newRecord(2)]);

      const { incarnations } = await log.history();
      expect(incarnations).toEqual(
        [
          { source: first, after: 0 },
          { source: await other.source(), after: 0 },
        ].map((one) => expect.objectContaining(one)),
      );
      expect((await other.read(offset, 10)).map(({ eventId }) => eventId)).toEqual(idsOf(2));
      await expect(numbersIn(log)).resolves.toEqual(idsOf(1, 2));
    });

    it('shows a follower every record exactly once, in order of receipt, while many append', async () => {
      const other = await opened.reopen();
      const writers = Array.from({ length: 8 }, (_, writer) => writer);
      let isDone = false;
      const followed: LogRecord[] = [];
      const follow = async (): Promise<void> => {
        for (;;) {
          const wasDone = isDone;
          const records = await other.read(followed.at(-1)?.offset ?? 0, 50);
          followed.push(...records);
          if (wasDone && records.length === 0) return;
        }
      };
      const append = async (writer: number): Promise<void> => {
        for (let batch = 0; batch < 15; batch += 1) {
          // Neighbours overlap by half, so every batch brings duplicates.
          const first = (writer * 15 + batch) * 10;
          await log.append(Array.from({ length: 20 }, (_, index) => newRecord(first + index)));
        }
      };

      const following = follow();
      await Promise.all(writers.map(append));
      await other.end();
      isDone = true;
      await following;

      const ids = followed.map(({ eventId }) => eventId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBe(8 * 15 * 10 + 10);
      const received = followed.map(({ receivedMicros }) => receivedMicros);
      expect(received).toEqual([...received].sort((a, b) => a - b));
    });

    it('acknowledges each id as new exactly once, however batches repeat them', async () => {
      let environment = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 10 }), { maxLength: 6 }),
          async (batches) => {
            environment += 1;
            const environmentId = `0190a000-0000-7000-8000-${String(environment).padStart(12, '0')}`;
            const recordOf = (number: number): NewRecord => newRecord(number, { environmentId });
            const fresh: number[] = [];

            for (const batch of batches) {
              const isNew = await log.append(batch.map(recordOf));
              fresh.push(...batch.filter((_, index) => isNew[index]));
            }

            expect(fresh).toEqual([...new Set(batches.flat())]);
          },
        ),
        { numRuns: 25 },
      );
    });
  });
}
