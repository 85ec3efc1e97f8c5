import gammaln from '@stdlib/math-base-special-gammaln';

import { requirePositive } from '../result/checks.js';

/**
 * Natural logarithm of the gamma function.
 *
 * @throws StatisticsError when x is not a finite number above 0.
 */
export function logGamma(x: number): number {
  return gammaln(requirePositive('x', x));
}
