import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { expiryClock, monotonicClock } from './steady-clocks.js';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the clocks of ages and expiries', () => {
  it('go on when the clock of the machine is set back by an hour', () => {
    const before = { age: monotonicClock.now(), expiry: expiryClock.now() };
    const realNow = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(realNow - 3_600_000);

    expect(monotonicClock.now()).toBeGreaterThanOrEqual(before.age);
    expect(expiryClock.now()).toBeGreaterThan(before.expiry - 1_000);
  });

  it('follow a clock that is set forward in what expires', () => {
    const tomorrow = Date.now() + 86_400_000;
    jest.spyOn(Date, 'now').mockReturnValue(tomorrow);

    expect(expiryClock.now()).toBe(tomorrow);
  });
});
