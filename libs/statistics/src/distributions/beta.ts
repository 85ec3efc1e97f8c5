import cdf from '@stdlib/stats-base-dists-beta-cdf';
import quantile from '@stdlib/stats-base-dists-beta-quantile';

import { requireOpenUnit, requirePositive, requireProbability } from '../result/checks.js';

/**
 * P(X <= x) for X ~ Beta(a, b).
 *
 * @throws StatisticsError when x is outside [0, 1] or a or b is not a finite number above 0.
 */
export function betaCdf(x: number, a: number, b: number): number {
  return cdf(requireProbability('x', x), requirePositive('a', a), requirePositive('b', b));
}

/**
 * The x with P(X <= x) = p for X ~ Beta(a, b). Clopper-Pearson limits are quantiles of this kind.
 *
 * @throws StatisticsError when p is not strictly between 0 and 1 or a or b is not a finite number above 0.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  return quantile(requireOpenUnit('p', p), requirePositive('a', a), requirePositive('b', b));
}
