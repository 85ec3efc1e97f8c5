import { describe, expect, it } from '@jest/globals';

import { InMemoryEventLog } from '../testing/in-memory-event-log.js';
import { newRecord } from '../testing/new-record.js';
import { lagOf } from './loader-lag.js';

/** The log in memory receives its record `n` at this second and `n` milliseconds. */
const START_MS = 1_780_000_000_000;
const clock = { now: () => START_MS + 60_000 };

describe('the lag of the loader', () => {
  it('is what the warehouse lacks, and how long the oldest of it has waited', async () => {
    const log = new InMemoryEventLog();
    await log.append([1, 2, 3].map((number) => newRecord(number)));

    await expect(lagOf(log, clock, () => Promise.resolve(1))).resolves.toEqual({
      offsets: 2,
      oldestAgeSeconds: expect.closeTo(59.998, 6),
    });
  });

  it('is none when the warehouse has everything', async () => {
    const log = new InMemoryEventLog();
    await log.append([newRecord(1)]);

    await expect(lagOf(log, clock, () => Promise.resolve(1))).resolves.toEqual({ offsets: 0, oldestAgeSeconds: 0 });
  });
});
