import { chiSquareSurvival } from '../distributions/index.js';
import { adjustPValues } from '../multiplicity/index.js';
import type { MultiplicityMethod } from '../multiplicity/index.js';
import {
  notEstimable,
  requireCount,
  requireLength,
  requireOpenUnit,
  requirePositive,
  StatisticsError,
} from '../result/index.js';
import type { Estimable, Outcome } from '../result/index.js';

/** Level of sample-ratio tests: low, because a mismatch voids an experiment and the test is often repeated. */
export const SAMPLE_RATIO_ALPHA = 0.001;

/** Least expected count for the chi-square approximation (Cochran 1954). */
const LEAST_EXPECTED = 5;

export interface GoodnessOfFit {
  /** Pearson's chi-square, 0 or more. */
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
  /** Expected count per arm. */
  readonly expected: readonly number[];
}

export interface SampleRatioResult extends Estimable, GoodnessOfFit {
  readonly alpha: number;
  /** The p-value is at most alpha: do not read the results of the experiment. */
  readonly hasMismatch: boolean;
  /** Observed minus expected share of units per arm; -0.01 is one percentage point too few. */
  readonly shareDeviations: readonly number[];
}

/**
 * Sample ratio test: chi-square = sum (observed - expected)^2 / expected with expected counts in proportion to the
 * weights, k - 1 degrees of freedom (Fabijan et al., KDD 2019). For one look at a fixed time; watched daily it alarms
 * too often, so use `sequentialSampleRatio` for that.
 *
 * Not estimable (`EXPECTED_COUNT_TOO_SMALL`) while an expected count is below 5.
 *
 * @param counts units per arm, two arms or more.
 * @param weights intended shares in the order of the counts, above 0; only their proportions matter. With a holdout or a
 * change of weights, test each phase by itself.
 * @param alpha in (0, 1), default 0.001.
 * @throws StatisticsError on a negative or fractional count, a weight not above 0, or lists of different length.
 */
export function srm(
  counts: readonly number[],
  weights: readonly number[],
  alpha = SAMPLE_RATIO_ALPHA,
): Outcome<SampleRatioResult> {
  requireOpenUnit('alpha', alpha);
  const fit = goodnessOfFit(counts, weights);
  const { expected, pValue } = fit;
  const least = Math.min(...expected);
  if (least < LEAST_EXPECTED) {
    const detail = `an arm expects ${least} units, the chi-square approximation needs ${LEAST_EXPECTED}`;
    return notEstimable('EXPECTED_COUNT_TOO_SMALL', detail);
  }
  const total = expected.reduce((sum, count) => sum + count, 0);
  const shareDeviations = counts.map((count, i) => (count - (expected[i] ?? 0)) / total);
  return { estimable: true, alpha, ...fit, hasMismatch: pValue <= alpha, shareDeviations };
}

/**
 * Pearson's chi-square test of counts against weights, whatever the counts: below five expected units an arm the
 * p-value is a rough one, and no units fit any weights. `srm` is the test to act on.
 *
 * @throws StatisticsError as {@link srm}.
 */
export function goodnessOfFit(counts: readonly number[], weights: readonly number[]): GoodnessOfFit {
  requireLength('counts', counts, 2);
  if (weights.length !== counts.length) {
    throw new StatisticsError('weights.length', weights.length, `equal counts.length = ${counts.length}`);
  }
  const total = counts.reduce((sum, count, i) => sum + requireCount(`counts[${i}]`, count), 0);
  const weight = weights.reduce((sum, value, i) => sum + requirePositive(`weights[${i}]`, value), 0);
  const expected = weights.map((value) => (value / weight) * total);
  const statistic = expected.reduce((sum, mean, i) => sum + (mean > 0 ? ((counts[i] ?? 0) - mean) ** 2 / mean : 0), 0);
  const degreesOfFreedom = counts.length - 1;
  return { statistic, degreesOfFreedom, pValue: chiSquareSurvival(statistic, degreesOfFreedom), expected };
}

/** The counts of one stratum: a country, a platform, a day. */
export interface StratumCounts {
  readonly key: string;
  readonly counts: readonly number[];
}

export interface StratumSampleRatio {
  readonly key: string;
  readonly result: Outcome<SampleRatioResult>;
  /** Adjusted over the strata that are estimable; null for the others. */
  readonly adjustedPValue: number | null;
  /** The adjusted p-value is at most alpha. */
  readonly hasMismatch: boolean;
}

/**
 * Sample ratio test within each stratum, corrected for their number, to find where a mismatch comes from.
 *
 * @param options alpha (default 0.001) of the family and the correction (default Holm).
 * @throws StatisticsError on an empty list and as {@link srm}.
 */
export function srmByStratum(
  strata: readonly StratumCounts[],
  weights: readonly number[],
  options: { readonly alpha?: number; readonly method?: MultiplicityMethod } = {},
): readonly StratumSampleRatio[] {
  requireLength('strata', strata, 1);
  const { alpha = SAMPLE_RATIO_ALPHA, method = 'holm' } = options;
  const results = strata.map(({ key, counts }) => ({ key, result: srm(counts, weights, alpha) }));
  const pValues = results.flatMap(({ result }) => (result.estimable ? [result.pValue] : []));
  const adjusted = pValues.length > 0 ? [...adjustPValues(method, pValues)] : [];
  return results.map(({ key, result }) => {
    const adjustedPValue = result.estimable ? (adjusted.shift() ?? 1) : null;
    return { key, result, adjustedPValue, hasMismatch: adjustedPValue !== null && adjustedPValue <= alpha };
  });
}
