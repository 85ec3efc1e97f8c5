import type { EffectScale } from '../estimators/index.js';
import type { Estimable } from '../result/index.js';
import type { Hypothesis } from './hypothesis.js';

/** A range of parameter values. Null stands for an open side, never Infinity. */
export interface Interval {
  readonly lower: number | null;
  readonly upper: number | null;
}

/**
 * How a test was run.
 *
 * - `score`: score test of two shares, pooled under no difference; interval of the null values it does not reject.
 * - `corrected-score`: the same corrected for skewness and continuity, for few events.
 * - `welch-t`: Welch's t-test, each arm with its own variance.
 * - `pooled-t`: t-test with the variance of both arms together, for means of which few values are not 0.
 * - `z`: the normal distribution in place of Student's.
 */
export type TestMethod = 'score' | 'corrected-score' | 'welch-t' | 'pooled-t' | 'z';

/** The outcome of a fixed-horizon test: valid when data is looked at once, at a time fixed beforehand. */
export interface TestResult extends Estimable {
  readonly method: TestMethod;
  readonly scale: EffectScale;
  readonly estimate: number;
  readonly standardError: number;
  /** Of the reference distribution; null for the normal distribution. */
  readonly degreesOfFreedom: number | null;
  readonly hypothesis: Hypothesis;
  /** Level of the test. */
  readonly alpha: number;
  /** Distance from the null value in standard errors; of the two statistics of an equivalence test the weaker. */
  readonly statistic: number;
  /** In [0, 1]. Below `alpha` or equal exactly when `significant`. */
  readonly pValue: number;
  /**
   * Two-sided with confidence 1 - alpha, one-sided with confidence 1 - alpha, or for equivalence two-sided with
   * confidence 1 - 2 alpha: in each case the null values that the test at level alpha does not reject.
   */
  readonly interval: Interval;
  readonly significant: boolean;
  readonly controlValue: number;
  readonly treatmentValue: number;
}

/** How a test is run. */
export interface TestOptions {
  /** Level in (0, 1); below 0.5 for one-sided and equivalence tests. Default 0.05. */
  readonly alpha?: number;
  /** Default: superiority, two-sided, against 0. */
  readonly hypothesis?: Hypothesis;
  /** Default `t`. Two shares are compared by the score test, which is always on the normal distribution. */
  readonly reference?: 't' | 'z';
}
