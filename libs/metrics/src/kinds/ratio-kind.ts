import { METRIC_FORMS } from '@sortition/declaration';
import { absoluteDifference, compareVariants, pairArms, ratio as ratioOf } from '@sortition/statistics';

import type { MetricKindRecord } from '../metric-kind.js';
import { jointMomentsOf, pairIn } from './statistics-of.js';
import { unitNumberOf, unitsOf, windowOf } from './unit-number.js';

const COLUMNS = ['numerator', 'denominator'] as const;

/** The sum of the units' numbers over the sum of their denominators, by the delta method. */
export const ratio: MetricKindRecord = {
  form: METRIC_FORMS.ratio,
  plan: (metric, timing) => ({
    summary: 'pair',
    number: unitNumberOf(metric, metric.aggregation),
    second: { event: '', aggregation: 'count', ...metric.denominator, ...windowOf(metric) },
    ...unitsOf(metric, timing),
  }),
  summarise(statistics) {
    const { sums, beyondRange } = pairIn(statistics);
    const [sum, denominator] = sums;
    return { sum, ...(denominator !== 0 && beyondRange === 0 && { mean: sum / denominator }) };
  },
  compare(_, control, treatment) {
    const moments = {
      kind: 'ratio',
      control: jointMomentsOf(pairIn(control), COLUMNS),
      treatment: jointMomentsOf(pairIn(treatment), COLUMNS),
    } as const;
    return {
      test: (options) => compareVariants(moments, options),
      effect: () => absoluteDifference(pairArms(ratioOf(moments.control), ratioOf(moments.treatment))),
    };
  },
};
