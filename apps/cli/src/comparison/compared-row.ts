/** How a metric's numbers are to be read. */
export type MetricKind = 'conversion' | 'average';

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** One variant on one metric beside the control. What could not be computed, and every comparison of the control, is null. */
export interface ComparedRow {
  readonly variant: string;
  readonly isControl: boolean;
  readonly units: number;
  readonly mean: number | null;
  /** Mean less the control's mean. */
  readonly difference: number | null;
  readonly interval: Interval | null;
  /** Difference divided by the control's mean. */
  readonly relativeDifference: number | null;
  readonly relativeInterval: Interval | null;
  /** Two-sided, of no difference. */
  readonly pValue: number | null;
  readonly significant: boolean | null;
  /** The test, as the statistics library names it. */
  readonly method: string | null;
  /** Why a number could not be computed. Null when all could. */
  readonly reason: string | null;
}

/** One metric of all variants, the control first. */
export interface ComparedMetric {
  readonly metric: string;
  readonly kind: MetricKind;
  /** What the reader is to know beside the kind, for example the role. */
  readonly remarks: readonly string[];
  readonly rows: readonly ComparedRow[];
}
