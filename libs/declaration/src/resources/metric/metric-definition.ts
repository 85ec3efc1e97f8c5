import type { FieldViolation } from '@sortition/kernel';

import { violationOf } from '../../configuration-errors.js';

/** A number per unit, computed from tracked events after the unit's first exposure. */
export interface MetricDefinition {
  readonly description: string;
  readonly kind: 'conversion' | 'average';
  /** Name of the tracked event. */
  readonly event: string;
  readonly aggregation: 'sum' | 'count';
  /** Only events within this time after the first exposure count. Absent: no limit. */
  readonly windowMs?: number;
  readonly direction: 'increase' | 'decrease';
}

const EVENT_LENGTH = 256;

export function metricProblems(metric: MetricDefinition, at: string): readonly FieldViolation[] {
  const problems: FieldViolation[] = [];
  if (metric.event.length === 0 || metric.event.length > EVENT_LENGTH) {
    problems.push(violationOf(`${at}.event`, metric.event, `must be 1 to ${EVENT_LENGTH} characters`));
  }
  if (metric.windowMs !== undefined && !(Number.isSafeInteger(metric.windowMs) && metric.windowMs > 0)) {
    problems.push(violationOf(`${at}.window`, metric.windowMs, 'must be at least one millisecond'));
  }
  return problems;
}
