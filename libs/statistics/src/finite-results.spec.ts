import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  absoluteDifference,
  bayesianReadOut,
  clusteredQuantile,
  comparePair,
  compareVariants,
  covariateImbalance,
  cuped,
  heterogeneity,
  interaction,
  jointMomentsOf,
  lineariseRatio,
  mean,
  momentsOf,
  novelty,
  pairArms,
  postStratify,
  ratioFiellerInterval,
  regressionAdjust,
  relativeDifference,
  simultaneousIntervals,
  srm,
  StatisticsError,
} from './index.js';
import type { JointMoments } from './index.js';

const nasty = fc.oneof(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constantFrom(0, 0, 1, 1, -1, 0.1, 1e-160, 1e-300, 1e140, -1e140),
);
const columns = ['y', 'a', 'b'];
const joint = fc.array(fc.tuple(nasty, nasty, nasty), { maxLength: 9 }).map((rows) => jointMomentsOf(columns, rows));
const sample = fc.array(nasty, { maxLength: 6 });

function numbersIn(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

function expectFinite(...results: readonly unknown[]): void {
  for (const result of results) expect(numbersIn(result).filter((value) => !Number.isFinite(value))).toEqual([]);
}

/** Squares below the smallest double make sums that no data has: a typed error, as for any such sums. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof StatisticsError) return undefined;
    throw error;
  }
}

const of = (values: readonly number[]) => mean(momentsOf(values));

describe('no result holds NaN or Infinity', () => {
  it('of variance reduction, ratios and novelty, whatever the rows', () => {
    fc.assert(
      fc.property(joint, joint, (control: JointMoments, treatment: JointMoments) => {
        const pairs = [attempt(() => cuped(control, treatment)), attempt(() => regressionAdjust(control, treatment))];

        for (const pair of pairs) {
          expectFinite(pair);
          if (pair) expectFinite(comparePair(pair), comparePair(pair, { relativeMethod: 'fieller' }));
        }
        expectFinite(
          attempt(() => lineariseRatio(control)),
          attempt(() => ratioFiellerInterval(control, 0.05)),
          attempt(() => compareVariants({ kind: 'ratio', control, treatment })),
          attempt(() => novelty(control, treatment)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('of strata, segments, interactions and the Bayesian read-out, whatever the values', () => {
    fc.assert(
      fc.property(sample, sample, sample, sample, (a, b, c, d) => {
        const strata = [
          { key: 'one', pair: pairArms(of(a), of(b)) },
          { key: 'two', pair: pairArms(of(c), of(d)) },
        ];
        const pair = postStratify(strata);
        const effects = [absoluteDifference(pair), relativeDifference(pair)];

        expectFinite(pair, comparePair(pair), heterogeneity(strata), heterogeneity(strata, { scale: 'relative' }));
        expectFinite(
          interaction({
            controlControl: of(a),
            controlTreatment: of(b),
            treatmentControl: of(c),
            treatmentTreatment: of(d),
          }),
          covariateImbalance([{ key: 'x', arms: [momentsOf(a), momentsOf(b), momentsOf(c)] }]),
        );
        for (const effect of effects) {
          expectFinite(
            bayesianReadOut(effect),
            bayesianReadOut(effect, { prior: { mean: 0, standardDeviation: 0.05 } }),
          );
        }
        const estimable = effects.filter((effect) => effect.estimable);
        if (estimable.length > 0) {
          expectFinite(
            simultaneousIntervals('benjamini-yekutieli', estimable, { alpha: 0.05, alternative: 'two-sided' }),
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of sample ratios and quantiles, whatever the counts and events', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { minLength: 2, maxLength: 5 }),
        fc.array(sample, { maxLength: 40 }),
        (counts, events) => {
          const weights = counts.map((_, i) => i + 0.5);

          expectFinite(srm(counts, weights), clusteredQuantile(events, 0.5));
        },
      ),
      { numRuns: 300 },
    );
  });
});
