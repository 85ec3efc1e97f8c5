import type { MetricCap, MetricDefinition } from '@sortition/declaration';
import { selectionOf } from '@sortition/declaration';
import type { MetricPlan, UnitNumber } from '@sortition/metric-sql';

import type { PlanTiming } from '../metric-kind.js';

const MICROS_PER_MS = 1_000;

/** The number of a unit in the metric's window. */
export function unitNumberOf(metric: MetricDefinition, aggregation: UnitNumber['aggregation']): UnitNumber {
  return {
    ...selectionOf(metric),
    ...(metric.property !== undefined && { property: metric.property }),
    ...(metric.cap && { cap: capOf(metric.cap) }),
    aggregation,
    ...windowOf(metric),
  };
}

/** The same number over the time before the first exposure, without a cap by quantile. */
export function covariateOf(number: UnitNumber, covariateWindowMs: number): UnitNumber {
  const { cap, ...rest } = number;
  const { lower, upper } = cap ?? {};
  return {
    ...rest,
    ...(cap && { cap: { ...(lower !== undefined && { lower }), ...(upper !== undefined && { upper }) } }),
    fromMicros: -covariateWindowMs * MICROS_PER_MS,
    windowMicros: 0,
  };
}

export function windowOf({
  windowMs,
  windowStartMs,
}: MetricDefinition): Pick<UnitNumber, 'fromMicros' | 'windowMicros'> {
  return {
    ...(windowStartMs !== undefined && { fromMicros: windowStartMs * MICROS_PER_MS }),
    windowMicros: windowMs === undefined ? undefined : windowMs * MICROS_PER_MS,
  };
}

/** Which units count for a metric. */
export function unitsOf(
  { windowMs, unitsInWindow, unitsWithoutEvents }: MetricDefinition,
  { asOfMicros }: PlanTiming,
): Pick<MetricPlan, 'matured' | 'leavesOutUnitsWithoutEvents'> {
  return {
    ...(unitsInWindow === 'exclude' &&
      windowMs !== undefined && { matured: { afterMicros: windowMs * MICROS_PER_MS, byMicros: asOfMicros } }),
    ...(unitsWithoutEvents === 'exclude' && { leavesOutUnitsWithoutEvents: true }),
  };
}

function capOf({ lower, upper, upperQuantile }: MetricCap): NonNullable<UnitNumber['cap']> {
  return {
    ...(lower !== undefined && { lower }),
    ...(upper !== undefined && { upper }),
    ...(upperQuantile !== undefined && { upperQuantile }),
  };
}
