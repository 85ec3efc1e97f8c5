import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { pairArms, proportionMoments } from '../estimators/index.js';
import type { ArmPair } from '../estimators/index.js';
import { momentsOf } from '../moments/index.js';
import { compareVariants } from './compare-variants.js';
import { testRelativeFieller } from './test-relative-fieller.js';
import type { CompareOptions } from './compare-variants.js';
import type { TestResult } from './test-result.js';

const sample = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { minLength: 3, maxLength: 20 });

function absolute(control: readonly number[], treatment: readonly number[], options?: CompareOptions): TestResult {
  const metric = { kind: 'mean', control: momentsOf(control), treatment: momentsOf(treatment) } as const;
  const outcome = compareVariants(metric, options).absolute;
  if (!outcome.estimable) throw new Error(outcome.detail);
  return outcome;
}

const varies = (values: readonly number[]): boolean => Math.max(...values) - Math.min(...values) > 1;

describe('a fixed-horizon test', () => {
  it('moves with a shift of the treatment and leaves its standard error alone', () => {
    fc.assert(
      fc.property(sample.filter(varies), sample.filter(varies), fc.integer({ min: -50, max: 50 }), (a, b, shift) => {
        const before = absolute(a, b);
        const after = absolute(
          a,
          b.map((value) => value + shift),
        );

        expect(after.estimate).toBeCloseTo(before.estimate + shift, 8);
        expect(after.standardError).toBeCloseTo(before.standardError, 6);
      }),
    );
  });

  it('scales with the unit of measurement and keeps its p-value', () => {
    fc.assert(
      fc.property(sample.filter(varies), sample.filter(varies), fc.constantFrom(0.001, 3, 1000), (a, b, unit) => {
        const before = absolute(a, b);
        const after = absolute(
          a.map((value) => value * unit),
          b.map((value) => value * unit),
        );

        expect(after.estimate / unit).toBeCloseTo(before.estimate, 8);
        expect(after.pValue).toBeCloseTo(before.pValue, 8);
      }),
    );
  });

  it('rejects exactly when its interval excludes the null value', () => {
    fc.assert(
      fc.property(sample.filter(varies), sample.filter(varies), fc.constantFrom(0.2, 0.05, 0.01), (a, b, alpha) => {
        const { interval, significant } = absolute(a, b, { alpha });

        expect((interval.lower ?? 0) > 0 || (interval.upper ?? 0) < 0).toBe(significant);
      }),
    );
  });

  it('comes to one decision on both scales, which is that of both intervals', () => {
    fc.assert(
      fc.property(sample.filter(varies), sample.filter(varies), fc.constantFrom(0.2, 0.05, 0.01), (a, b, alpha) => {
        const metric = { kind: 'mean', control: momentsOf(a), treatment: momentsOf(b) } as const;
        const { absolute: difference, relative } = compareVariants(metric, { alpha });
        if (!difference.estimable || !relative.estimable) return;
        const { lower, upper } = relative.interval;

        expect(relative.significant).toBe(difference.significant);
        expect((lower ?? 0) > 0 || (upper ?? 0) < 0).toBe(difference.significant);
      }),
    );
  });

  it('calls two arms equivalent when the interval of confidence 1 - 2 alpha lies within the bounds', () => {
    const a = [9, 10, 11, 10, 9, 11, 10, 10];
    const b = [10, 10, 11, 10, 9, 11, 10, 10];

    const wide = absolute(a, b, { hypothesis: { kind: 'equivalence', lower: -1, upper: 1 } });
    const narrow = absolute(a, b, { hypothesis: { kind: 'equivalence', lower: -0.5, upper: 0.5 } });

    expect(wide.significant).toBe(true);
    expect(wide.interval.upper).toBeLessThan(1);
    expect(narrow.significant).toBe(false);
    expect(narrow.interval.upper).toBeGreaterThan(0.5);
    expect(narrow.interval).toEqual(wide.interval);
  });

  it('orients relative effects by the absolute value of a negative control', () => {
    const metric = { kind: 'mean', control: momentsOf([-10, -11, -9]), treatment: momentsOf([-8, -9, -7]) } as const;

    const delta = compareVariants(metric, { relativeMethod: 'delta' }).relative;
    const fieller = compareVariants(metric).relative;

    expect(delta).toMatchObject({ estimate: expect.closeTo(0.2, 12) });
    expect(fieller).toMatchObject({ estimate: expect.closeTo(0.2, 12), statistic: expect.any(Number) });
    expect((fieller as TestResult).interval.lower).toBeLessThan(0.2);
    expect((fieller as TestResult).interval.upper).toBeGreaterThan(0.2);
  });

  it.each([0, 1, -0.05, 1.5, Number.NaN])('refuses alpha %p', (alpha) => {
    expect(() => absolute([1, 2, 3], [2, 3, 4], { alpha })).toThrow('alpha must lie strictly between 0 and 1');
  });

  it('refuses a one-sided level of one half and more, where the bound passes the estimate', () => {
    const hypothesis = { kind: 'superiority', alternative: 'increase' } as const;

    expect(() => absolute([1, 2, 3], [2, 3, 4], { alpha: 0.5, hypothesis })).toThrow('alpha must be below 0.5');
  });

  it('refuses a negative margin and bounds that do not ascend', () => {
    expect(() =>
      absolute([1, 2], [2, 3], { hypothesis: { kind: 'non-inferiority', preferred: 'increase', margin: -1 } }),
    ).toThrow('hypothesis.margin must be a finite number of 0 or more, got -1.');
    expect(() => absolute([1, 2], [2, 3], { hypothesis: { kind: 'equivalence', lower: 1, upper: 1 } })).toThrow(
      'hypothesis.lower must be below upper = 1, got 1.',
    );
  });
});

describe('data without an answer', () => {
  const fine = momentsOf([1, 2, 3, 4]);

  it.each([0, 1])('names the arm that has %d units', (n) => {
    const { absolute: difference, relative } = compareVariants({
      kind: 'mean',
      control: fine,
      treatment: { n, sum: 0, sumOfSquares: 0 },
    });

    expect(difference).toEqual({
      estimable: false,
      reason: 'TOO_FEW_UNITS',
      detail: `In the treatment arm: a standard error needs at least 2 units, there are ${n}`,
    });
    expect(relative).toEqual(difference);
  });

  it('has no answer when an arm does not vary, and names the arm', () => {
    const constant = momentsOf([3, 3, 3]);

    const neither = compareVariants({ kind: 'mean', control: constant, treatment: constant });
    const one = compareVariants({ kind: 'mean', control: constant, treatment: fine });

    expect(neither.absolute).toMatchObject({ estimable: false, reason: 'ZERO_VARIANCE' });
    expect(one.absolute).toMatchObject({
      reason: 'ZERO_VARIANCE',
      detail: 'the values of the control arm do not vary, so the effect has no standard error',
    });
  });

  it('keeps the absolute difference when the relative one is undefined', () => {
    const noConversion = compareVariants({
      kind: 'proportion',
      control: proportionMoments(0, 100),
      treatment: proportionMoments(5, 100),
    });
    const nearZero = compareVariants({ kind: 'mean', control: momentsOf([-1, 1, 0.1]), treatment: fine });

    expect(noConversion.absolute.estimable).toBe(true);
    expect(noConversion.relative).toMatchObject({ estimable: false, reason: 'ZERO_DENOMINATOR' });
    expect(nearZero.absolute.estimable).toBe(true);
    expect(nearZero.relative).toMatchObject({ estimable: false, reason: 'DENOMINATOR_NOT_CLEARLY_OFF_ZERO' });
  });

  it("leaves Fieller's interval out when it would be unbounded at the level asked for", () => {
    const arm = (value: number) => ({ estimable: true, n: 400, value, variance: 0.25, degreesOfFreedom: 399 }) as const;
    const pair: ArmPair = { estimable: true, control: arm(1.2), treatment: arm(2), covariance: 0 };

    expect(testRelativeFieller(pair)).toMatchObject({ estimable: true });
    expect(testRelativeFieller(pair, { alpha: 0.01 })).toMatchObject({ reason: 'DENOMINATOR_NOT_CLEARLY_OFF_ZERO' });
  });

  it('passes an arm that is not estimable through every step', () => {
    const missing = { estimable: false, reason: 'TOO_FEW_UNITS', detail: 'there are no events' } as const;

    expect(testRelativeFieller(pairArms(missing, missing))).toMatchObject({
      detail: 'In the control arm: there are no events',
    });
  });

  it('never holds NaN or Infinity, whatever the sums', () => {
    const anyMoments = fc.oneof(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 6 }),
      fc.array(fc.constantFrom(0, 1, -1, 1e-160, 1e150, -1e150), { maxLength: 6 }),
    );
    fc.assert(
      fc.property(anyMoments, anyMoments, fc.constantFrom('delta', 'fieller'), (a, b, relativeMethod) => {
        const metric = { kind: 'mean', control: momentsOf(a), treatment: momentsOf(b) } as const;

        for (const outcome of Object.values(compareVariants(metric, { relativeMethod }))) {
          expect(numbersIn(outcome).filter((value) => !Number.isFinite(value))).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function numbersIn(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}
