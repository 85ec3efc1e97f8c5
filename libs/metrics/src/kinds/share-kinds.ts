import { METRIC_FORMS, type MetricDefinition, selectionOf } from '@sortition/declaration';
import type { MetricPlan } from '@sortition/metric-sql';

import type { MetricKindRecord, PlanTiming } from '../metric-kind.js';
import { compareMeans, summariseMean } from './mean-of.js';
import { covariateOf, unitNumberOf, unitsOf, windowOf } from './unit-number.js';

const share = {
  summarise: summariseMean,
  compare: (_, control, treatment) => compareMeans('proportion', control, treatment),
} as const satisfies Partial<MetricKindRecord>;

/** The share of units with at least one event. */
export const conversion: MetricKindRecord = { ...share, form: METRIC_FORMS.conversion, plan: planOccurrence };

/** The share of units with at least one event from the start of the window on. */
export const retention: MetricKindRecord = { ...share, form: METRIC_FORMS.retention, plan: planOccurrence };

/** The share of units whose events take all steps in order. */
export const funnel: MetricKindRecord = {
  ...share,
  form: METRIC_FORMS.funnel,
  plan: (metric, timing) => ({
    summary: 'share',
    number: {
      aggregation: 'funnel',
      steps: [selectionOf(metric), ...(metric.steps ?? [])],
      ...windowOf(metric),
    },
    ...unitsOf(metric, timing),
  }),
};

function planOccurrence(metric: MetricDefinition, timing: PlanTiming): MetricPlan {
  const number = unitNumberOf(metric, 'any');
  const units = unitsOf(metric, timing);
  return metric.covariateWindowMs === undefined
    ? { summary: 'share', number, ...units }
    : { summary: 'pair', number, second: covariateOf(number, metric.covariateWindowMs), ...units };
}
