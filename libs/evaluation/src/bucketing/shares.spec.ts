import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { compileSplit } from './compile-split.js';
import { bucketOf } from './native-bucket.js';

const SALTS = Array.from({ length: 100 }, (_, index) => `salt-${index}`);
const UNITS_PER_SALT = 10_000;
const SHARES = [0.2, 0.3, 0.5];

describe('shares of the native program, over 1,000,000 ids and 100 salts', () => {
  const counts = SALTS.map((salt, index) => countVariants(salt, index * UNITS_PER_SALT));

  it('stay within chi-square limits for each salt', () => {
    const failures = counts.filter((observed) => chiSquare(observed) > 13.82); // p = 0.001, 2 degrees of freedom
    // Binomial(100, 0.001): more than 3 has probability below 0.00001 when shares are right.
    expect(failures.length).toBeLessThanOrEqual(3);
  });

  it('stay within binomial limits over all salts', () => {
    const total = SHARES.map((_, variant) => counts.reduce((sum, observed) => sum + (observed[variant] ?? 0), 0));
    total.forEach((count, variant) => {
      const share = SHARES[variant] ?? 0;
      expect(Math.abs(count - 1e6 * share)).toBeLessThan(4 * Math.sqrt(1e6 * share * (1 - share)));
    });
  });

  it('have chi-square statistics that are themselves distributed as chi-square', () => {
    const mean = counts.reduce((sum, observed) => sum + chiSquare(observed), 0) / counts.length;
    // Mean 2, variance 4 over 100 salts: four standard errors are 0.8.
    expect(Math.abs(mean - 2)).toBeLessThan(0.8);
  });
});

describe('independence', () => {
  it('of one salt from another: knowing the bucket under one says nothing about the other', () => {
    const table = new Array<number>(100).fill(0);
    for (let unit = 0; unit < 200_000; unit += 1) {
      const row = Math.floor(bucketOf('first', `user-${unit}`) / 100_000);
      const cell = row * 10 + Math.floor(bucketOf('second', `user-${unit}`) / 100_000);
      table[cell] = (table[cell] ?? 0) + 1;
    }
    const statistic = table.reduce((sum, observed) => sum + (observed - 2_000) ** 2 / 2_000, 0);
    expect(statistic).toBeLessThan(148.23); // p = 0.001, 99 degrees of freedom
  });

  it('of salts that differ in their last character', () => {
    let same = 0;
    for (let unit = 0; unit < 100_000; unit += 1) {
      same += Number(bucketOf('exp-1', `user-${unit}`) < 500_000 === bucketOf('exp-2', `user-${unit}`) < 500_000);
    }
    expect(Math.abs(same - 50_000)).toBeLessThan(4 * Math.sqrt(25_000));
  });
});

describe('ramps', () => {
  it('never move a unit that is in when a share is raised', () => {
    const share = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(share, share, fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (one, other, salt, unit) => {
        const [small, large] = [Math.min(one, other), Math.max(one, other)];
        const name = salt.replaceAll('/', '-');
        if (rollout(name, small).pick(unit) === 0) expect(rollout(name, large).pick(unit)).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('take in exactly the units whose bucket is below the share', () => {
    const ramp = rollout('ramp', 300_000);
    for (let unit = 0; unit < 10_000; unit += 1) {
      expect(ramp.pick(`user-${unit}`) === 0).toBe(bucketOf('ramp', `user-${unit}`) < 300_000);
    }
  });
});

function countVariants(salt: string, firstUnit: number): readonly number[] {
  const weights = SHARES.map((share, index) => ({ variant: String(index), weight: share * 1_000_000 }));
  const split = compileSplit({ salt, allocations: weights });
  const counts = [0, 0, 0];
  for (let unit = firstUnit; unit < firstUnit + UNITS_PER_SALT; unit += 1) {
    const variant = split.pick(`user-${unit}`);
    counts[variant] = (counts[variant] ?? 0) + 1;
  }
  return counts;
}

function chiSquare(observed: readonly number[]): number {
  return observed.reduce((sum, count, variant) => {
    const expected = UNITS_PER_SALT * (SHARES[variant] ?? 0);
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

function rollout(salt: string, share: number) {
  return compileSplit({ salt, allocations: [{ variant: 'on', weight: share }] });
}
