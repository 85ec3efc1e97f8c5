import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import fc from 'fast-check';

import type { LogRecord, NewRecord } from '../application/event-log.js';
import { newRecord, OTHER_ENVIRONMENT, OTHER_ORGANIZATION, ORGANIZATION } from '../testing/new-record.js';
import { openTestDatabase, type TestDatabase } from '../testing/open-test-database.js';
import { PostgresEventLog } from './postgres-event-log.js';

describe('PostgresEventLog', () => {
  let server: TestPostgres;
  let database: TestDatabase;
  let log: PostgresEventLog;

  beforeAll(async () => {
    server = await startTestPostgres();
  });

  afterAll(() => server.stop());

  beforeEach(async () => {
    database = await openTestDatabase(server);
    log = new PostgresEventLog(database.database);
  });

  afterEach(() => database.close());

  it('gives back what was appended, in order', async () => {
    const payload = JSON.stringify({ name: `a "quoted" {name}, \\ and a \u001e`, units: { 'a,b': '🙂' } });
    await log.append([newRecord(1), newRecord(2, { kind: 'exposure', payload, timeMs: 1_780_000_000_123 })]);

    const records = await log.read(0, 10);

    expect(records).toMatchObject([
      { eventId: newRecord(1).eventId, kind: 'tracked' },
      {
        eventId: newRecord(2).eventId,
        kind: 'exposure',
        payload: JSON.parse(payload) as object,
        timeMicros: 1_780_000_000_123_000,
      },
    ]);
  });

  it('tells new records from those it holds and from repetitions in the batch', async () => {
    await log.append([newRecord(1), newRecord(2)]);

    const isNew = await log.append([newRecord(2), newRecord(3), newRecord(3), newRecord(4), newRecord(1)]);

    expect(isNew).toEqual([false, true, false, true, false]);
    expect((await log.read(0, 10)).map(({ eventId }) => eventId)).toEqual(
      [1, 2, 3, 4].map((n) => newRecord(n).eventId),
    );
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

  it('shows an organization its own records and nobody else those of another', async () => {
    await log.append([newRecord(1), newRecord(2, { organizationId: OTHER_ORGANIZATION })]);
    const count = (organizationId: string): Promise<readonly unknown[]> =>
      database.database.read(organizationId, (manager) => manager.query('SELECT event_id FROM event_log'));

    await expect(count(ORGANIZATION)).resolves.toEqual([{ event_id: newRecord(1).eventId }]);
    await expect(count(OTHER_ORGANIZATION)).resolves.toEqual([{ event_id: newRecord(2).eventId }]);
    await expect(count('0190a000-0000-7000-8000-0000000000a9')).resolves.toEqual([]);
  });

  it('appends all records or none', async () => {
    await expect(log.append([newRecord(1), newRecord(2, { payload: 'no JSON' })])).rejects.toThrow(/json/);

    await expect(log.read(0, 10)).resolves.toEqual([]);
  });

  it('reads on from an offset, a bounded number at a time', async () => {
    await log.append([1, 2, 3, 4, 5].map((number) => newRecord(number)));

    const first = await log.read(0, 2);
    const second = await log.read(first.at(-1)?.offset ?? 0, 2);

    expect([...first, ...second].map(({ eventId }) => eventId)).toEqual([1, 2, 3, 4].map((n) => newRecord(n).eventId));
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

  it('remembers how far consumers have come and never lets them fall back', async () => {
    await log.commitOffset('warehouse', 7);
    await log.commitOffset('warehouse', 5);
    await log.commitOffset('other', 1);

    await expect(log.committedOffset('warehouse')).resolves.toBe(7);
    await expect(log.committedOffset('other')).resolves.toBe(1);
    await expect(log.committedOffset('unknown')).resolves.toBe(0);
  });

  it('keeps its name over restarts and differs from other logs', async () => {
    const other = await openTestDatabase(server);
    const otherSource = await new PostgresEventLog(other.database).source();
    await other.close();

    const source = await log.source();

    expect(source).toMatch(/^postgres\/[0-9a-f-]{36}$/);
    await expect(new PostgresEventLog(database.database).source()).resolves.toBe(source);
    expect(otherSource).not.toBe(source);
  });

  it('shows a follower every record exactly once, in order of receipt, while many append', async () => {
    const writers = Array.from({ length: 8 }, (_, writer) => writer);
    let isDone = false;
    const followed: LogRecord[] = [];
    const follow = async (): Promise<void> => {
      for (;;) {
        const wasDone = isDone;
        const records = await log.read(followed.at(-1)?.offset ?? 0, 50);
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
