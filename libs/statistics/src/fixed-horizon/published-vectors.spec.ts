import { describe, expect, it } from '@jest/globals';

import { pairArms, proportion, proportionMoments, ratioMoments } from '../estimators/index.js';
import type { Outcome } from '../result/index.js';
import { comparePair, compareVariants } from './compare-variants.js';
import { testRelativeFieller } from './test-relative-fieller.js';
import type { CompareOptions, VariantComparison } from './index.js';
import type { TestResult } from './test-result.js';

function resultOf(outcome: Outcome<TestResult>): TestResult {
  if (!outcome.estimable) throw new Error(outcome.detail);
  return outcome;
}

describe('GrowthBook gbstats vectors (packages/stats/tests, 5 decimals; facts: experimentation 3.1)', () => {
  const control = { n: 3407, sum: 1396.87, sumOfSquares: 52377.9767 };
  const treatment = { n: 3461, sum: 2422.7, sumOfSquares: 134698.29 };
  const comparison = compareVariants({ kind: 'mean', control, treatment }, { relativeMethod: 'delta' });

  it('A1: relative difference of means by Welch', () => {
    const { estimate, standardError, interval, pValue, degreesOfFreedom } = resultOf(comparison.relative);

    expect(estimate).toBeCloseTo(0.70732, 5);
    expect(standardError).toBeCloseTo(0.37879, 5);
    expect(interval.lower).toBeCloseTo(-0.03526, 5);
    expect(interval.upper).toBeCloseTo(1.44989, 5);
    expect(pValue).toBeCloseTo(0.06191, 5);
    expect(degreesOfFreedom).toBeCloseTo(5841.742, 3);
  });

  it('A2: absolute difference of means by Welch', () => {
    const { estimate, standardError, interval, pValue } = resultOf(comparison.absolute);

    expect(estimate).toBeCloseTo(0.29, 5);
    expect(standardError).toBeCloseTo(0.12478, 5);
    expect(interval.lower).toBeCloseTo(0.04538, 5);
    expect(interval.upper).toBeCloseTo(0.53462, 5);
    expect(pValue).toBeCloseTo(0.02016, 5);
  });

  it('A3: relative difference of proportions 14/28 and 16/30', () => {
    const pair = pairArms(proportion(proportionMoments(14, 28)), proportion(proportionMoments(16, 30)));

    const { estimate, standardError, interval, pValue } = resultOf(
      comparePair(pair, { relativeMethod: 'delta' }).relative,
    );

    expect(estimate).toBeCloseTo(0.06667, 5);
    expect(standardError).toBeCloseTo(0.2717, 5);
    expect(interval.lower).toBeCloseTo(-0.47767, 5);
    expect(interval.upper).toBeCloseTo(0.61101, 5);
    expect(pValue).toBeCloseTo(0.80707, 5);
  });
});

describe('PostHog vector B3 (products/experiments/stats/tests/test_frequentist.py; facts: experimentation 3.2)', () => {
  const treatment = ratioMoments({
    n: 2034,
    numeratorSum: 99673.9364269569,
    numeratorSumOfSquares: 11298745.182728939,
    denominatorSum: 947,
    denominatorSumOfSquares: 947,
    productSum: 99673.9364269569,
  });
  const control = ratioMoments({
    n: 1966,
    numeratorSum: 94605.79858780127,
    numeratorSumOfSquares: 10463129.505392816,
    denominatorSum: 936,
    denominatorSumOfSquares: 936,
    productSum: 94605.79858780127,
  });

  it('gives the relative difference of a ratio metric by the delta method', () => {
    const comparison = compareVariants({ kind: 'ratio', control, treatment }, { relativeMethod: 'delta' });
    const { estimate, interval, pValue } = resultOf(comparison.relative);

    expect(estimate).toBeCloseTo(0.041333, 6);
    expect(interval.lower).toBeCloseTo(0.01378609, 8);
    expect(interval.upper).toBeCloseTo(0.0689, 4);
    expect(pValue).toBeCloseTo(0.0032826, 6);
  });

  it('gives the p-value of the normal approximation', () => {
    const options = { reference: 'z', relativeMethod: 'delta' } as const;
    const comparison = compareVariants({ kind: 'ratio', control, treatment }, options);

    expect(resultOf(comparison.relative).pValue).toBeCloseTo(0.0032638, 7);
  });
});

describe('Spotify confidence TestWithNims (facts: confidence 4.7 B)', () => {
  const metric = {
    kind: 'mean',
    control: { n: 5000, sum: 10021, sumOfSquares: 25142 },
    treatment: { n: 5000, sum: 9892, sumOfSquares: 24510 },
  } as const;
  const absolute = (options: CompareOptions): TestResult =>
    resultOf(compareVariants(metric, { alpha: 0.01, reference: 'z', ...options }).absolute);
  const margin = 0.02 * (10021 / 5000);

  it('two-sided z-test', () => {
    const { estimate, standardError, pValue, interval } = absolute({});

    expect(estimate).toBeCloseTo(-0.0258, 10);
    expect(standardError).toBeCloseTo(0.0199995789, 9);
    expect(pValue).toBeCloseTo(0.1970412279, 9);
    expect(interval.lower).toBeCloseTo(-0.0773155014, 9);
    expect(interval.upper).toBeCloseTo(0.0257155014, 9);
  });

  it('Welch t-test', () => {
    const { pValue, interval } = absolute({ reference: 't' });

    expect(pValue).toBeCloseTo(0.1970710685, 9);
    expect(interval.lower).toBeCloseTo(-0.0773253394, 9);
    expect(interval.upper).toBeCloseTo(0.0257253394, 9);
  });

  it('non-inferiority with a margin of 2 percent, increase preferred', () => {
    const { pValue, interval, significant } = absolute({
      hypothesis: { kind: 'non-inferiority', preferred: 'increase', margin },
    });

    expect(pValue).toBeCloseTo(0.2375471099, 9);
    expect(interval).toEqual({ lower: expect.closeTo(-0.0723259779, 9), upper: null });
    expect(significant).toBe(false);
  });

  it('non-inferiority with a margin of 2 percent, decrease preferred', () => {
    const { pValue, interval, significant } = absolute({
      hypothesis: { kind: 'non-inferiority', preferred: 'decrease', margin },
    });

    expect(pValue).toBeCloseTo(0.0004933894, 9);
    expect(interval).toEqual({ lower: null, upper: expect.closeTo(0.0207259779, 9) });
    expect(significant).toBe(true);
  });

  it.each([
    ['increase', 0.901479386],
    ['decrease', 0.098520614],
  ] as const)('one-sided superiority towards %s', (alternative, expected) => {
    expect(absolute({ hypothesis: { kind: 'superiority', alternative } }).pValue).toBeCloseTo(expected, 9);
  });
});

describe('Fieller and delta intervals (facts: experimentation 3.9)', () => {
  const arm = (value: number) =>
    ({ estimable: true, n: 400, value, variance: 100 / 400, degreesOfFreedom: 399 }) as const;
  const pair = { estimable: true, control: arm(10), treatment: arm(10.5), covariance: 0 } as const;

  it('agree with the published numbers at 95 percent', () => {
    const delta = resultOf(comparePair(pair, { reference: 'z', relativeMethod: 'delta' }).relative);
    const fieller = resultOf(testRelativeFieller(pair, { reference: 'z' }));

    expect(delta.interval.lower).toBeCloseTo(-0.0920974, 7);
    expect(delta.interval.upper).toBeCloseTo(0.1920974, 7);
    expect(fieller.interval.lower).toBeCloseTo(-0.0829656, 7);
    expect(fieller.interval.upper).toBeCloseTo(0.2033288, 7);
  });

  it("give Fieller's null of no effect the p-value of the absolute difference", () => {
    const comparison: VariantComparison = comparePair(pair);

    expect(resultOf(comparison.relative).pValue).toBeCloseTo(resultOf(comparison.absolute).pValue, 12);
  });
});
