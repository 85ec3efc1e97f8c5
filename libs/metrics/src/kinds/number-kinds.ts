import { METRIC_FORMS, type MetricDefinition } from '@sortition/declaration';
import type { MetricPlan, UnitNumber } from '@sortition/metric-sql';

import type { MetricKindRecord, PlanTiming } from '../metric-kind.js';
import { compareMeans, summariseMean } from './mean-of.js';
import { covariateOf, unitNumberOf, unitsOf } from './unit-number.js';

const number = {
  summarise: summariseMean,
  compare: (_, control, treatment) => compareMeans('mean', control, treatment),
} as const satisfies Partial<MetricKindRecord>;

/** The average of the units' sums or numbers of events. */
export const average: MetricKindRecord = {
  ...number,
  form: METRIC_FORMS.average,
  plan: (metric, timing) => planNumber(metric, metric.aggregation, timing),
};

/** The average number of events of a unit. */
export const count: MetricKindRecord = {
  ...number,
  form: METRIC_FORMS.count,
  plan: (metric, timing) => planNumber(metric, 'count', timing),
};

/** The average number of different values of a property among the events of a unit. */
export const countDistinct: MetricKindRecord = {
  ...number,
  form: METRIC_FORMS.countDistinct,
  plan: (metric, timing) => planNumber(metric, 'distinct', timing),
};

function planNumber(metric: MetricDefinition, aggregation: UnitNumber['aggregation'], timing: PlanTiming): MetricPlan {
  const unitNumber = unitNumberOf(metric, aggregation);
  const units = unitsOf(metric, timing);
  return metric.covariateWindowMs === undefined
    ? { summary: 'number', number: unitNumber, ...units }
    : { summary: 'pair', number: unitNumber, second: covariateOf(unitNumber, metric.covariateWindowMs), ...units };
}
