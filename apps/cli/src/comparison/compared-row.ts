import type { MetricKind } from '@sortition/declaration';

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** One variant on one metric beside the control. What could not be computed, and every comparison of the control, is null. */
export interface ComparedRow {
  readonly variant: string;
  readonly isControl: boolean;
  /** Units that count for the metric. */
  readonly units: number;
  /** The average, the share, the ratio or the quantile. */
  readonly mean: number | null;
  /** Mean less the control's mean. */
  readonly difference: number | null;
  readonly interval: Interval | null;
  /** Difference divided by the control's mean. */
  readonly relativeDifference: number | null;
  readonly relativeInterval: Interval | null;
  /** Two-sided, of no difference. */
  readonly pValue: number | null;
  /** Whether a difference was found by the rule that fits how often one looks. */
  readonly isMarked: boolean;
  /** Interval and p-value of the difference that hold at every look. */
  readonly alwaysValid: (Interval & { readonly pValue: number }) | null;
  /** The test, as the statistics library names it. */
  readonly method: string | null;
  /** Part of the variance that was taken off by what units did before; null: nothing was adjusted. */
  readonly varianceReduction: number | null;
  /** Of a guardrail with a margin. */
  readonly nonInferiority: { readonly margin: number; readonly pValue: number | null; readonly shown: boolean } | null;
  /** Why a number could not be computed. Null when all could. */
  readonly reason: string | null;
}

/** One metric of all variants, the control first. */
export interface ComparedMetric {
  readonly metric: string;
  readonly kind: MetricKind;
  /** How often the results are looked at. */
  readonly look: 'again and again' | 'once';
  /** Level of its tests and one minus the level of its intervals. */
  readonly alpha: number;
  /** What the reader is to know beside the kind, for example the role. */
  readonly remarks: readonly string[];
  readonly rows: readonly ComparedRow[];
}
