import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { RateLimit } from './rate-limit.js';

const clockAt = (nowMs: number): { nowMs: number; now: () => number } => {
  const clock = { nowMs, now: () => clock.nowMs };
  return clock;
};

describe('a rate limit', () => {
  it('refuses what exceeds a burst, says how long to wait, and grants it then', () => {
    const clock = clockAt(5_000);
    const limit = new RateLimit({ perSecond: 2, burstSeconds: 1 }, clock);
    expect([limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([0, 0, 500]);

    clock.nowMs += 499;
    expect(limit.take('a')).toBe(1);
    clock.nowMs += 1;

    expect(limit.take('a')).toBe(0);
  });

  it('counts every holder for itself', () => {
    const limit = new RateLimit({ perSecond: 1, burstSeconds: 1 }, clockAt(0));
    limit.take('a');

    expect(limit.take('b')).toBe(0);
  });

  it('counts amounts, and grants one that exceeds a burst to whoever has used nothing', () => {
    const clock = clockAt(0);
    const limit = new RateLimit({ perSecond: 10, burstSeconds: 1 }, clock);

    expect(limit.take('a', 1_000)).toBe(0);
    expect(limit.take('a', 3)).toBe(300);
    expect(limit.take('a', 1_000)).toBe(1_000);
  });

  it('says whether one may be used without using it', () => {
    const limit = new RateLimit({ perSecond: 4, burstSeconds: 0.25 }, clockAt(0));
    expect([limit.waitMs('a'), limit.waitMs('a')]).toEqual([0, 0]);

    limit.take('a');

    expect(limit.waitMs('a')).toBe(250);
  });

  it('grants no more than rate and burst allow, however the calls fall', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.record({ pauseMs: fc.integer({ min: 0, max: 2_000 }), amount: fc.integer({ min: 1, max: 50 }) })),
        (perSecond, burstSeconds, calls) => {
          const clock = clockAt(0);
          const limit = new RateLimit({ perSecond, burstSeconds }, clock);
          let granted = 0;
          for (const { pauseMs, amount } of calls) {
            clock.nowMs += pauseMs;
            if (amount <= perSecond * burstSeconds && limit.take('a', amount) === 0) granted += amount;
          }

          expect(granted).toBeLessThanOrEqual((clock.nowMs / 1_000 + burstSeconds) * perSecond + 1e-6);
        },
      ),
    );
  });
});
