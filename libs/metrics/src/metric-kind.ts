import type { MetricDefinition, MetricForm } from '@sortition/declaration';
import type { MetricPlan, MetricStatistics } from '@sortition/metric-sql';
import type { CompareOptions, EffectEstimate, Outcome, VariantComparison } from '@sortition/statistics';

import type { VariantSummary } from './findings.js';

/** Everything that sets one kind of metric apart from the others. */
export interface MetricKindRecord {
  /** Which fields its definition has, which columns of events it reads, and how its numbers are written. */
  readonly form: MetricForm;
  /** The unit numbers that it asks for, and what is summed up of them. */
  plan(metric: MetricDefinition, timing: PlanTiming): MetricPlan;
  /** What the sums say of one variant. */
  summarise(statistics: MetricStatistics): Omit<VariantSummary, 'variant' | 'units'>;
  /** Prepares the comparison of two variants. @throws StatisticsError on sums that no data has. */
  compare(metric: MetricDefinition, control: MetricStatistics, treatment: MetricStatistics): PreparedComparison;
}

export interface PlanTiming {
  /** Every event up to then is in, in microseconds since the Unix epoch. */
  readonly asOfMicros: number;
}

/** Two variants of a metric, ready for one or more tests. */
export interface PreparedComparison {
  /** For one look. */
  test(options: CompareOptions): VariantComparison;
  /** The difference with one standard error for test and interval: what methods for many looks start from. */
  effect(): Outcome<EffectEstimate>;
  readonly adjustment?: 'regression';
  readonly varianceReduction?: number;
  /** Why nothing was adjusted although the metric asks for it. */
  readonly unadjusted?: string;
}
