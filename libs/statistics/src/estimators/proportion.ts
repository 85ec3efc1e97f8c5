import { moments } from '../moments/index.js';
import type { Moments } from '../moments/index.js';
import { requireCount, StatisticsError } from '../result/index.js';
import type { Outcome } from '../result/index.js';
import type { ArmEstimate } from './arm-estimate.js';
import { tooFewUnits } from './mean.js';

/**
 * Share of units whose value is 1 and not 0: value = p = sum / n, variance = p (1 - p) / n, the maximum likelihood
 * (Wald) variance; n - 1 degrees of freedom for Welch's interval. The variance is n / (n - 1) smaller than
 * {@link mean} of the same moments. A share of 0 or 1 has variance 0. Not estimable (`TOO_FEW_UNITS`) for n below 2.
 *
 * @param field path that an error names.
 * @throws StatisticsError when sum lies outside [0, n] or sumOfSquares is not sum, which 0 and 1 make it.
 */
export function proportion(input: Moments, field = 'moments'): Outcome<ArmEstimate> {
  moments(input, field);
  const { n, sum, sumOfSquares } = input;
  if (sum < 0 || sum > n) throw new StatisticsError(`${field}.sum`, sum, `lie between 0 and n = ${n} for a proportion`);
  if (Math.abs(sumOfSquares - sum) > 1e-9 * sum) {
    throw new StatisticsError(`${field}.sumOfSquares`, sumOfSquares, `equal sum = ${sum} for a proportion`);
  }
  if (n < 2) return tooFewUnits(n);
  const share = sum / n;
  return { estimable: true, n, value: share, variance: (share * (1 - share)) / n, degreesOfFreedom: n - 1 };
}

/**
 * The moments of `successes` ones among n zeros and ones.
 *
 * @throws StatisticsError when a count is negative or not whole, or successes exceed n.
 */
export function proportionMoments(successes: number, n: number): Moments {
  requireCount('n', n);
  requireCount('successes', successes);
  if (successes > n) throw new StatisticsError('successes', successes, `be at most n = ${n}`);
  return { n, sum: successes, sumOfSquares: successes };
}
