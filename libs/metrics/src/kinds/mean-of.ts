import type { MetricStatistics } from '@sortition/metric-sql';
import {
  absoluteDifference,
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
import { jointMomentsOf, momentsOf, numberIn, outcomeOf, pairIn } from './statistics-of.js';

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
  const columns = ['outcome', 'covariate'] as const;
  const pairs = { control: pairIn(control), treatment: pairIn(treatment) };
  const adjusted = regressionAdjust(jointMomentsOf(pairs.control, columns), jointMomentsOf(pairs.treatment, columns));
  if (adjusted.estimable) {
    const { varianceReduction } = adjusted;
    return {
      test: (options) => comparePair(adjusted, options),
      effect: () => absoluteDifference(adjusted),
      adjustment: 'regression',
      varianceReduction,
    };
  }
  return {
    ...plainComparison(kind, outcomeOf(pairs.control), outcomeOf(pairs.treatment)),
    unadjusted: `${adjusted.reason}: not adjusted: ${adjusted.detail}`,
  };
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
