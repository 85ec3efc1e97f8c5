import gammainc from '@stdlib/math-base-special-gammainc';
import quantile from '@stdlib/stats-base-dists-chisquare-quantile';

import { requireNonNegative, requireOpenUnit, requirePositive } from '../result/checks.js';

/**
 * P(X > x) for a chi-square X: the regularised upper incomplete gamma function Q(df / 2, x / 2), accurate for p near 0.
 *
 * @throws StatisticsError when x is negative or degreesOfFreedom not a finite number above 0.
 */
export function chiSquareSurvival(x: number, degreesOfFreedom: number): number {
  requireNonNegative('x', x);
  requirePositive('degreesOfFreedom', degreesOfFreedom);
  return gammainc(x / 2, degreesOfFreedom / 2, true, true);
}

/**
 * The x with P(X <= x) = p for a chi-square X.
 *
 * @throws StatisticsError when p is not strictly between 0 and 1 or degreesOfFreedom not a finite number above 0.
 */
export function chiSquareQuantile(p: number, degreesOfFreedom: number): number {
  return quantile(requireOpenUnit('p', p), requirePositive('degreesOfFreedom', degreesOfFreedom));
}
