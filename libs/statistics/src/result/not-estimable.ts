/** Why well-formed data has no answer. Stable: stored with results. */
export type NotEstimableReason =
  /** Fewer units than the estimator has parameters plus one, usually fewer than 2 in an arm. */
  | 'TOO_FEW_UNITS'
  /** The values of an arm do not vary, so its part of the standard error is unknown. */
  | 'ZERO_VARIANCE'
  /** Too few units have an event, or a value other than 0, for a test whose level is known. */
  | 'TOO_FEW_EVENTS'
  /** The sums keep fewer than three digits of the variance: the mean is too large beside the spread. */
  | 'LOST_VARIANCE'
  /** A denominator is zero. */
  | 'ZERO_DENOMINATOR'
  /** A denominator is not distinguishable from zero, so a ratio has no bounded interval. */
  | 'DENOMINATOR_NOT_CLEARLY_OFF_ZERO'
  /** The covariates are constant or linearly dependent. */
  | 'COLLINEAR_COVARIATES'
  /** A stratum lacks units in one arm. */
  | 'EMPTY_STRATUM'
  /** The expected counts are too small for the chi-square approximation. */
  | 'EXPECTED_COUNT_TOO_SMALL'
  /** The sequential design has no information yet. */
  | 'NO_INFORMATION'
  /** The values are so large or so small that the answer leaves the range of double precision. */
  | 'OUT_OF_RANGE'
  /** The procedure defines no answer of this kind. */
  | 'NOT_DEFINED_FOR_METHOD';

/**
 * The documented outcome for data from which the asked quantity can not be computed. It is a value and not an error:
 * a fresh experiment with one user is no mistake of anyone.
 */
export interface NotEstimable {
  readonly estimable: false;
  readonly reason: NotEstimableReason;
  /** One sentence for a person, with the numbers that decided. */
  readonly detail: string;
}

/** Marks a result that holds finite numbers only. */
export interface Estimable {
  readonly estimable: true;
}

/** Either a result of finite numbers or the reason why there is none. */
export type Outcome<T extends Estimable> = T | NotEstimable;

/** Makes the outcome for data without an answer. */
export function notEstimable(reason: NotEstimableReason, detail: string): NotEstimable {
  return { estimable: false, reason, detail };
}

/** The result when all of the numbers are finite, else the outcome that says they are not. */
export function withinRange<T extends Estimable>(result: T, ...numbers: readonly number[]): Outcome<T> {
  if (numbers.every(Number.isFinite)) return result;
  return notEstimable('OUT_OF_RANGE', 'the values are too large or too small for double precision; rescale the metric');
}
