import { logGamma } from '../distributions/index.js';
import { requirePositive } from '../result/index.js';

import { checkAlpha, checkCounts, checkPreviousPValue, checkShares } from './validate-always-valid.js';

/** How the test of the sample ratio is built; fixed before the data. */
export interface SequentialSampleRatioOptions {
  /** Probability of ever raising a false alarm, in (0, 1). */
  readonly alpha: number;
  /**
   * Weight of the Dirichlet prior around the planned shares, above 0. Large values find small mismatches in much
   * traffic sooner, small values find large ones in little traffic. Default 10,000, as Optimizely's ssrm-test.
   */
  readonly concentration?: number;
  /** The p-value of the look before; the test's p-value never rises. */
  readonly previousPValue?: number;
}

/** What may be said of the sample ratio at any look. */
export interface SequentialSampleRatioReadout {
  /** Natural logarithm of the Bayes factor against the planned shares. */
  readonly logBayesFactor: number;
  /** In [0, 1]; valid at every look at once. */
  readonly pValue: number;
  readonly verdict: 'consistent' | 'mismatch';
}

/**
 * Tests at every look that units arrive in the planned shares: the multinomial-Dirichlet e-process.
 *
 * E = B(a + x) / B(a) / prod(theta_i^x_i) with a_i = concentration * theta_i and B the multivariate beta function;
 * p = min(previous p, 1 / E). By Ville's inequality the probability that E ever exceeds 1 / alpha is at most alpha, for
 * any number of looks: Lindon & Malek (2022), "Anytime-valid inference for multinomial count data".
 * Only the counts so far are needed, not the order in which units came.
 *
 * @param counts units seen in each arm, non-negative integers.
 * @param shares planned shares, each above 0; they are scaled to sum to 1.
 * @throws StatisticsError for negative or fractional counts, shares that are not above 0, or lengths that differ.
 */
export function sequentialSampleRatio(
  counts: readonly number[],
  shares: readonly number[],
  { alpha, concentration = 10_000, previousPValue = 1 }: SequentialSampleRatioOptions,
): SequentialSampleRatioReadout {
  checkAlpha(alpha, 'two');
  checkCounts(counts);
  checkShares(shares, counts.length);
  requirePositive('concentration', concentration);
  checkPreviousPValue(previousPValue);
  const shareTotal = shares.reduce((total, share) => total + share, 0);
  const unitTotal = counts.reduce((total, count) => total + count, 0);
  const logBayesFactor = counts.reduce(
    (total, count, arm) => {
      const share = (shares[arm] ?? 0) / shareTotal;
      const prior = concentration * share;
      return total + logGamma(prior + count) - logGamma(prior) - count * Math.log(share);
    },
    logGamma(concentration) - logGamma(concentration + unitTotal),
  );
  const pValue = Math.min(previousPValue, 1, Math.exp(-logBayesFactor));
  return { logBayesFactor, pValue, verdict: pValue <= alpha ? 'mismatch' : 'consistent' };
}
