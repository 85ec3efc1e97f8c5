import { centredSquares, hasLostVariance, moments } from '../moments/index.js';
import type { Moments } from '../moments/index.js';
import { notEstimable } from '../result/index.js';
import type { NotEstimable, Outcome } from '../result/index.js';
import type { ArmEstimate } from './arm-estimate.js';

/**
 * Mean per unit: value = sum / n, variance = s^2 / n with s^2 = (sumOfSquares - sum^2 / n) / (n - 1), n - 1 degrees of
 * freedom (Welch, Biometrika 1947). Not estimable for n below 2 (`TOO_FEW_UNITS`) and where the sums keep fewer than three
 * digits of the variance (`LOST_VARIANCE`).
 *
 * @param field path that an error names.
 * @throws StatisticsError on moments that no data has, see {@link moments}.
 */
export function mean(input: Moments, field = 'moments'): Outcome<ArmEstimate> {
  moments(input, field);
  const { n, sum } = input;
  if (n < 2) return tooFewUnits(n);
  if (hasLostVariance(input)) return lostVariance(sum / n);
  return {
    estimable: true,
    n,
    value: sum / n,
    variance: centredSquares(input) / (n - 1) / n,
    degreesOfFreedom: n - 1,
  };
}

/** The outcome of an arm with fewer units than the estimator needs. */
export function tooFewUnits(n: number, needed = 2): NotEstimable {
  return notEstimable('TOO_FEW_UNITS', `a standard error needs at least ${needed} units, there are ${n}`);
}

/** The outcome of sums from which the variance cannot be told. */
export function lostVariance(mean: number, what = 'the values'): NotEstimable {
  const detail = `${what} are all the same, or differ by too little beside their mean ${mean} for the sums to tell: fewer than three digits of the variance are left; subtract a constant near the mean before the values are summed`;
  return notEstimable('LOST_VARIANCE', detail);
}
