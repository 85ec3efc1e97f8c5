import { METRIC_FORMS } from '@sortition/declaration';
import type { QuantileStatistics } from '@sortition/metric-sql';
import {
  absoluteDifference,
  type ArmEstimate,
  comparePair,
  normalUpperQuantile,
  type Outcome,
  pairArms,
  unitQuantile,
} from '@sortition/statistics';

import type { MetricKindRecord } from '../metric-kind.js';
import { quantileIn } from './statistics-of.js';
import { unitNumberOf, unitsOf } from './unit-number.js';

/** Of the outer interval from whose width the standard error is read. */
const LEVEL_ALPHA = 0.05;
const MEDIAN = 0.5;

/** A quantile of the units' numbers, by its outer confidence interval. */
export const quantile: MetricKindRecord = {
  form: METRIC_FORMS.quantile,
  plan(metric, timing) {
    const probability = metric.quantile ?? MEDIAN;
    return {
      summary: 'quantile',
      number: unitNumberOf(metric, metric.aggregation),
      probability,
      reach: normalUpperQuantile(LEVEL_ALPHA / 2) * Math.sqrt(probability * (1 - probability)),
      ...unitsOf(metric, timing),
    };
  },
  summarise(statistics) {
    const { n, quantile: mean, beyondRange } = quantileIn(statistics);
    return { sum: 0, ...(n > 0 && beyondRange === 0 && { mean }) };
  },
  compare(metric, control, treatment) {
    const probability = metric.quantile ?? MEDIAN;
    const pair = pairArms(estimate(quantileIn(control), probability), estimate(quantileIn(treatment), probability));
    return {
      test: (options) => comparePair(pair, { ...options, reference: 'z' }),
      effect: () => absoluteDifference(pair),
    };
  },
};

function estimate(statistics: QuantileStatistics, probability: number): Outcome<ArmEstimate> {
  const { n, lower, upper } = statistics;
  const reading = { probability, quantile: statistics.quantile, lowerQuantile: lower, upperQuantile: upper };
  return unitQuantile({ ...reading, levelSize: Math.max(1, n), levelAlpha: LEVEL_ALPHA }, n);
}
