import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { BURST_MS, charged, waitMs } from './event-allowance.js';

const MAX_BATCH = 1_000;

describe('an allowance of events', () => {
  it('admits a batch larger than the allowance of a second, and then nothing until it is paid for', () => {
    const paidAt = charged(0, 10_000, 1_000, 100);

    expect(waitMs(paidAt, 10_000)).toBe(8_000);
    expect(waitMs(paidAt, 17_999)).toBe(1);
    expect(waitMs(paidAt, 18_000)).toBe(0);
  });

  it('grants no more for a longer pause', () => {
    const paidAt = charged(charged(0, 1_000_000, 0, 100), 2_000_000, 200, 100);

    expect(waitMs(paidAt, 2_000_000)).toBe(0);
    expect(waitMs(charged(paidAt, 2_000_000, 1, 100), 2_000_000)).toBe(10);
  });

  it('never grants more than the rate, a burst and one batch, in whatever order and size batches come', () => {
    const attempts = fc.array(
      fc.record({ pauseMs: fc.nat({ max: 700 }), events: fc.integer({ min: 1, max: MAX_BATCH }) }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(attempts, fc.integer({ min: 1, max: 20_000 }), (batches, perSecond) => {
        const startMs = 1_780_000_000_000;
        let nowMs = startMs;
        let paidAt = 0;
        let granted = 0;
        for (const { pauseMs, events } of batches) {
          nowMs += pauseMs;
          if (waitMs(paidAt, nowMs) > 0) continue;
          paidAt = charged(paidAt, nowMs, events, perSecond);
          granted += events;
        }
        const allowed = ((nowMs - startMs + BURST_MS) * perSecond) / 1_000 + MAX_BATCH;
        expect(granted).toBeLessThanOrEqual(Math.ceil(allowed));
      }),
    );
  });

  it('admits whoever waits as long as told', () => {
    fc.assert(
      fc.property(fc.nat({ max: 100_000 }), fc.integer({ min: 1, max: 20_000 }), (events, perSecond) => {
        const nowMs = 1_780_000_000_000;
        const paidAt = charged(0, nowMs, events, perSecond);

        expect(waitMs(paidAt, nowMs + waitMs(paidAt, nowMs))).toBe(0);
      }),
    );
  });
});
