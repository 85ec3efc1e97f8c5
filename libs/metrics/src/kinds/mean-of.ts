import type { MetricStatistics, PairStatistics } from '@sortition/metric-sql';
import {
  absoluteDifference,
  type ArmEstimate,
  comparePair,
  compareVariants,
  mean,
  type Moments,
  pairMeans,
  pairProportions,
  regressionAdjust,
} from '@sortition/statistics';

import type { VariantSummary } from '../findings.js';
import type { PreparedComparison } from '../metric-kind.js';
import { jointMomentsOf, momentsOf, numberIn, outcomeOf, pairIn, shareOf } from './statistics-of.js';

/** What the sums say of a metric that is a mean per unit, with or without a covariate. */
export function summariseMean(statistics: MetricStatistics): Omit<VariantSummary, 'variant' | 'units'> {
  const { n, sum, ...moments } =
    statistics.summary === 'pair' ? outcomeOf(statistics) : momentsOf(numberIn(statistics));
  const deviation = n > 1 && statistics.beyondRange === 0 ? deviationOf({ n, sum, ...moments }) : undefined;
  return {
    sum,
    ...(n > 0 && statistics.beyondRange === 0 && { mean: sum / n }),
    ...(deviation !== undefined && { standardDeviation: deviation }),
  };
}

/**
 * Compares shares by the score test and other means by Welch's; with a covariate by regression on it where that can be
 * estimated.
 */
export function compareMeans(
  kind: 'proportion' | 'mean',
  control: MetricStatistics,
  treatment: MetricStatistics,
): PreparedComparison {
  if (control.summary !== 'pair') {
    return plainComparison(kind, momentsOf(numberIn(control)), momentsOf(numberIn(treatment)));
  }
  const pairs = { control: pairIn(control), treatment: pairIn(treatment) };
  const adjusted = adjust(kind, pairs.control, pairs.treatment);
  if (adjusted.estimable) {
    const { varianceReduction } = adjusted;
    return {
      test: (options) => comparePair(adjusted, options),
      effect: () => absoluteDifference(adjusted),
      adjustment: 'regression',
      varianceReduction,
    };
  }
  const plain = kind === 'proportion' ? shareOf : outcomeOf;
  return {
    ...plainComparison(kind, plain(pairs.control), plain(pairs.treatment)),
    unadjusted: `${adjusted.reason}: not adjusted: ${adjusted.detail}`,
  };
}

const COLUMNS = ['outcome', 'covariate'] as const;

/**
 * Regression does not change when constants are subtracted: numbers are centred at their means over both variants, so that
 * a large mean costs no digits, and the means are added again. Shares are left as they are: their size is known.
 */
function adjust(
  kind: 'proportion' | 'mean',
  control: PairStatistics,
  treatment: PairStatistics,
): ReturnType<typeof regressionAdjust> {
  const n = control.n + treatment.n;
  const meanOf = (index: 0 | 1): number => (n === 0 ? 0 : (control.sums[index] + treatment.sums[index]) / n);
  const centres = kind === 'mean' ? ([meanOf(0), meanOf(1)] as const) : ([0, 0] as const);
  const adjusted = regressionAdjust(
    jointMomentsOf(control, COLUMNS, centres),
    jointMomentsOf(treatment, COLUMNS, centres),
  );
  if (!adjusted.estimable) return adjusted;
  const back = (arm: ArmEstimate): ArmEstimate => ({ ...arm, value: arm.value + centres[0] });
  return { ...adjusted, control: back(adjusted.control), treatment: back(adjusted.treatment) };
}

function plainComparison(kind: 'proportion' | 'mean', control: Moments, treatment: Moments): PreparedComparison {
  const pair = kind === 'proportion' ? pairProportions : pairMeans;
  return {
    test: (options) => compareVariants({ kind, control, treatment }, options),
    effect: () => absoluteDifference(pair(control, treatment)),
  };
}

function deviationOf(moments: Moments): number | undefined {
  try {
    const estimate = mean(moments);
    return estimate.estimable ? Math.sqrt(estimate.variance * moments.n) : undefined;
  } catch {
    // The comparison says what is wrong with the sums.
    return undefined;
  }
}
