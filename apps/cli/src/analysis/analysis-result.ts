import type { Interval, MetricKind } from '../comparison/compared-row.js';

/** Everything that `sortition analyze --output json` prints. */
export interface AnalysisResult {
  readonly file: string;
  /** Null: every row is a unit. */
  readonly unit: string | null;
  readonly variant: string;
  readonly control: string;
  /** Level of each test and one minus the level of the intervals. */
  readonly alpha: number;
  /** What every test looks for. */
  readonly alternative: 'two-sided';
  /** How tests are corrected for their number: each stands alone. */
  readonly correction: 'none';
  readonly rows: number;
  readonly units: number;
  readonly arms: readonly ArmSize[];
  readonly srm: SampleRatio;
  readonly metrics: readonly MetricAnalysis[];
}

export interface ArmSize {
  readonly arm: string;
  readonly n: number;
  /** Share of the units that the weights expect, in (0,1). */
  readonly expectedShare: number;
  readonly expected: number;
}

/** Chi-square test of the arms' sizes against the weights. */
export interface SampleRatio {
  readonly pValue: number | null;
  readonly statistic: number | null;
  readonly degreesOfFreedom: number;
  /** The split counts as mismatched below this level. */
  readonly alpha: number;
  readonly passed: boolean;
}

export interface MetricAnalysis {
  readonly metric: string;
  readonly kind: MetricKind;
  /** The control first, then the others in the order of their names. */
  readonly arms: readonly ArmAnalysis[];
}

/** One arm on one metric. What could not be computed, and every comparison of the control, is null. */
export interface ArmAnalysis {
  readonly arm: string;
  readonly isControl: boolean;
  readonly n: number;
  readonly mean: number;
  /** Of the units' numbers, with n - 1. Null for a single unit. */
  readonly standardDeviation: number | null;
  /** Mean less the control's mean. */
  readonly difference: number | null;
  readonly standardError: number | null;
  /** Of the difference, at level 1 - alpha. */
  readonly interval: Interval | null;
  /** Difference divided by the control's mean. */
  readonly relativeDifference: number | null;
  readonly relativeInterval: Interval | null;
  /** Two-sided, of no difference. */
  readonly pValue: number | null;
  readonly significant: boolean | null;
  /** The test, as the statistics library names it: score, corrected-score, welch-t or pooled-t. */
  readonly method: string | null;
  /** Why a number could not be computed. Null when all could. */
  readonly reason: string | null;
}
