import cdf from '@stdlib/stats-base-dists-t-cdf';
import quantile from '@stdlib/stats-base-dists-t-quantile';

import { requireOpenUnit, requirePositive } from '../result/checks.js';

/**
 * P(T <= t) for Student's t, with full relative accuracy in the lower tail.
 *
 * @param degreesOfFreedom above 0; need not be whole.
 * @throws StatisticsError when degreesOfFreedom is not a finite number above 0.
 */
export function studentCdf(t: number, degreesOfFreedom: number): number {
  return cdf(t, requirePositive('degreesOfFreedom', degreesOfFreedom));
}

/** P(T > t) for Student's t, with full relative accuracy in the upper tail. Arguments as in {@link studentCdf}. */
export function studentSurvival(t: number, degreesOfFreedom: number): number {
  return cdf(-t, requirePositive('degreesOfFreedom', degreesOfFreedom));
}

/**
 * The t with P(T > t) = p, accurate for p near 0.
 *
 * @throws StatisticsError when p is not strictly between 0 and 1 or degreesOfFreedom not a finite number above 0.
 */
export function studentUpperQuantile(p: number, degreesOfFreedom: number): number {
  requireOpenUnit('p', p);
  return -quantile(p, requirePositive('degreesOfFreedom', degreesOfFreedom)) + 0;
}
