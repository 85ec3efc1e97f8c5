import type { Estimable, NotEstimable, Outcome } from '../result/index.js';

/** What one arm says about one metric. */
export interface ArmEstimate extends Estimable {
  /** Number of units, at least 2. */
  readonly n: number;
  /** The estimated parameter: a mean, a share, a ratio, a quantile. */
  readonly value: number;
  /** Squared standard error of `value`, 0 or more. */
  readonly variance: number;
  /** Degrees of freedom of `variance`, above 0. */
  readonly degreesOfFreedom: number;
}

/** Two arms of one metric. Without adjustment they are independent; adjustment to common covariates ties them. */
export interface ArmPair extends Estimable {
  readonly control: ArmEstimate;
  readonly treatment: ArmEstimate;
  /** Covariance of the two values. */
  readonly covariance: number;
  /** Whether the variances are those of both arms together, as when nothing differs. Absent: each arm has its own. */
  readonly isPooled?: boolean;
  /** Whether no unit's value can be below 0, so that no mean falls by more than 100 percent. Absent: unknown. */
  readonly isNonNegative?: boolean;
}

/** Pairs independent arms; an arm that is not estimable makes the pair so, and the detail says which arm it was. */
export function pairArms(control: Outcome<ArmEstimate>, treatment: Outcome<ArmEstimate>): Outcome<ArmPair> {
  if (!control.estimable) return inArm('control', control);
  if (!treatment.estimable) return inArm('treatment', treatment);
  return { estimable: true, control, treatment, covariance: 0 };
}

function inArm(arm: string, outcome: NotEstimable): NotEstimable {
  return { ...outcome, detail: `In the ${arm} arm: ${outcome.detail}` };
}
