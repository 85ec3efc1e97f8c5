import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { proportionMoments } from '../estimators/index.js';
import { scoreOfDifference } from './score-statistic.js';
import { comparisonOf, testProportions } from './test-proportions.js';
import type { TestOptions, TestResult } from './test-result.js';

type Arm = readonly [events: number, units: number];

function test(control: Arm, treatment: Arm, options?: TestOptions) {
  return testProportions(proportionMoments(...control), proportionMoments(...treatment), options);
}

function absolute(control: Arm, treatment: Arm, options?: TestOptions): TestResult {
  const outcome = test(control, treatment, options).absolute;
  if (!outcome.estimable) throw new Error(outcome.detail);
  return outcome;
}

// p-values, intervals and p-values of non-inferiority with a margin of 0.01 by bisection of the likelihood in 30 digits
// with mpmath; Fisher's exact p-values from SciPy.
const REFERENCE: readonly (readonly [Arm, Arm, string, number, readonly [number, number], number])[] = [
  [[200, 1000], [250, 1000], 'score', 0.0074196492610256745, [0.013425137285157587, 0.08654791162197711], 6.6200994e-4],
  [[10, 100], [20, 100], 'score', 0.04767038065616145, [0.0010661793457124652, 0.20150056777358272], 0.0150151626],
  [
    [18, 9000],
    [0, 1000],
    'corrected-score',
    0.3038124351856243,
    [-0.0037693512416417064, 0.0020465866925584663],
    7.1752688e-17,
  ],
  [
    [95, 95_000],
    [0, 5000],
    'corrected-score',
    0.02110329679101671,
    [-0.0013322378526124886, -0.0001988384281633808],
    6.4591918e-247,
  ],
  [
    [20, 9000],
    [7, 1000],
    'corrected-score',
    0.032588578732111094,
    [0.0002906743521867981, 0.012334606870787473],
    1.33404187e-14,
  ],
];

describe('the score test of two shares', () => {
  it.each(REFERENCE)('of %j and %j', (control, treatment, method, pValue, [lower, upper], nonInferiority) => {
    const margin = { kind: 'non-inferiority', preferred: 'increase', margin: 0.01 } as const;

    const result = absolute(control, treatment);

    expect(result.method).toBe(method);
    expect(result.pValue / pValue).toBeCloseTo(1, 10);
    expect(result.interval.lower).toBeCloseTo(lower, 12);
    expect(result.interval.upper).toBeCloseTo(upper, 12);
    expect(absolute(control, treatment, { hypothesis: margin }).pValue / nonInferiority).toBeCloseTo(1, 6);
  });

  // Newcombe, Statistics in Medicine 17 (1998) 873, table II, method 5 (Mee), row a.
  it('has the published interval of 56 of 70 against 48 of 80', () => {
    const { interval } = absolute([48, 80], [56, 70]);

    expect(interval.lower).toBeCloseTo(0.0533, 4);
    expect(interval.upper).toBeCloseTo(0.3377, 4);
  });

  // Every progressive rollout looks like this. Fisher's exact test: 0.248 and 0.0155.
  it('does not take the absence of rare events in a small arm for an effect', () => {
    expect(absolute([18, 9000], [0, 1000])).toMatchObject({ significant: false });
    expect(absolute([18, 9000], [0, 1000]).pValue).toBeGreaterThan(0.24);
    expect(absolute([95, 95_000], [0, 5000]).pValue).toBeGreaterThan(0.0155);
    expect(absolute([95, 95_000], [0, 5000]).pValue).toBeLessThan(0.03);
  });

  it('is the chi-square test of Pearson where events are many', () => {
    // SciPy: chi2_contingency([[1023, 8977], [1118, 8882]], correction=False).pvalue
    expect(absolute([1023, 10_000], [1118, 10_000]).pValue).toBeCloseTo(0.029802174174335803, 12);
  });

  it('says why there is nothing to compare', () => {
    expect(test([0, 1000], [0, 1000]).absolute).toEqual({
      estimable: false,
      reason: 'TOO_FEW_EVENTS',
      detail: 'none of the 2000 units of both arms have the event',
    });
    expect(test([10, 10], [20, 20]).relative).toMatchObject({
      detail: 'all of the 30 units of both arms have the event',
    });
    expect(test([0, 1], [3, 20]).absolute).toMatchObject({ reason: 'TOO_FEW_UNITS' });
    expect(test([0, 1000], [5, 1000]).relative).toMatchObject({
      reason: 'ZERO_DENOMINATOR',
      detail: 'no unit of control has the event, so there is nothing to relate to',
    });
    expect(test([1, 1000], [1, 1000]).relative).toMatchObject({
      reason: 'DENOMINATOR_NOT_CLEARLY_OFF_ZERO',
      detail: 'control has 1 of 1000 units with the event, too few to bound the relative difference from above',
    });
  });

  it('never lets a relative difference pass -100 percent, and gives one to an arm without events', () => {
    const relative = test([40, 1000], [0, 1000]).relative;

    expect(relative).toMatchObject({ estimable: true, estimate: -1, significant: true });
    expect((relative as TestResult).interval).toEqual({ lower: -1, upper: expect.closeTo(0.0956999756196506 - 1, 10) });
  });

  it('comes to one decision on both scales, which is that of both intervals', () => {
    const arm = fc
      .integer({ min: 2, max: 3000 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: Math.min(n, 60) }), fc.constant(n)));
    fc.assert(
      fc.property(arm, arm, fc.constantFrom(0.2, 0.05, 0.01), (control, treatment, alpha) => {
        const { absolute: difference, relative } = test(control, treatment, { alpha });
        if (!difference.estimable) return;
        const { counts, correction } = comparisonOf(proportionMoments(...control), proportionMoments(...treatment));
        expect(difference.statistic).toBe(scoreOfDifference(counts, 0, correction).value);
        const { lower, upper } = difference.interval;

        expect((lower ?? -1) > 0 || (upper ?? 1) < 0).toBe(difference.significant);
        expect(lower).toBeGreaterThanOrEqual(-1);
        expect(lower).toBeLessThanOrEqual(difference.estimate + 1e-12);
        expect(upper).toBeGreaterThanOrEqual(difference.estimate - 1e-12);
        if (!relative.estimable) return;
        expect(relative.significant).toBe(difference.significant);
        expect((relative.interval.lower ?? -1) > 0 || (relative.interval.upper ?? 1) < 0).toBe(relative.significant);
        expect(relative.interval.lower).toBeGreaterThanOrEqual(-1);
      }),
      { numRuns: 200 },
    );
  });

  it('mirrors when arms or events are exchanged', () => {
    const one = absolute([20, 9000], [7, 1000]);
    const exchanged = absolute([7, 1000], [20, 9000]);
    const opposite = absolute([8980, 9000], [993, 1000]);

    expect(exchanged.pValue).toBeCloseTo(one.pValue, 12);
    expect(exchanged.interval.lower).toBeCloseTo(-(one.interval.upper ?? 0), 12);
    expect(opposite.pValue).toBeCloseTo(one.pValue, 12);
    expect(opposite.interval.lower).toBeCloseTo(-(one.interval.upper ?? 0), 12);
  });
});

describe('the exact type I error of the test of two shares', () => {
  // What the unpooled z-test made of the first four: 0.139, 0.135, 0.126 and 0.081.
  it.each([
    [9000, 1000, 0.002, 0.05],
    [9900, 100, 0.02, 0.05],
    [90, 10, 0.2, 0.05],
    [9000, 1000, 0.005, 0.05],
    [9000, 1000, 0.0005, 0.05],
    [9000, 1000, 0.01, 0.05],
    [9900, 100, 0.0013, 0.05],
    [9900, 100, 0.05, 0.05],
    [1000, 9000, 0.002, 0.05],
    [95_000, 5000, 0.0002, 0.05],
    [5000, 5000, 0.002, 0.053],
    [500, 500, 0.005, 0.05],
    [50, 50, 0.5, 0.057],
    [90, 10, 0.02, 0.05],
    [50, 10, 0.1, 0.05],
  ])('with %i and %i units at a share of %d is at most %d', (control, treatment, share, most) => {
    const error = exactTypeIError(control, treatment, share);

    expect(error).toBeLessThanOrEqual(most);
    expect(error).toBeGreaterThan(0);
  });
});

/** Adds up the probabilities of all outcomes that the test calls an effect although there is none. */
function exactTypeIError(control: number, treatment: number, share: number): number {
  const [ofControl, ofTreatment] = [likelyCounts(control, share), likelyCounts(treatment, share)];
  let error = 0;
  for (const [controlEvents, controlChance] of ofControl) {
    for (const [treatmentEvents, chance] of ofTreatment) {
      if (controlEvents + treatmentEvents === 0) continue;
      const { counts, correction } = comparisonOf(
        proportionMoments(controlEvents, control),
        proportionMoments(treatmentEvents, treatment),
      );
      // The statistic behind the p-value, without the intervals that take most of the time.
      if (Math.abs(scoreOfDifference(counts, 0, correction).value) >= 1.959963984540054)
        error += controlChance * chance;
    }
  }
  return error;
}

/** Counts with their binomial probabilities, all but a hundred-millionth of them. */
function likelyCounts(units: number, share: number): readonly (readonly [number, number])[] {
  const counts: (readonly [number, number])[] = [];
  let logChance = units * Math.log1p(-share);
  for (let events = 0; events <= units; events += 1) {
    const chance = Math.exp(logChance);
    if (chance > 1e-8) counts.push([events, chance]);
    else if (events > units * share) break;
    logChance += Math.log((units - events) / (events + 1)) + Math.log(share / (1 - share));
  }
  return counts;
}
