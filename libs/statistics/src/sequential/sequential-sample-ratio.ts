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
 * Only the counts so far are needed, not the order in which units came. Right to about nine digits up to the largest
 * counts that a double holds.
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
  const logBayesFactor = logBayesFactorOf(
    counts,
    shares.map((share) => share / shareTotal),
    concentration,
  );
  const pValue = Math.min(previousPValue, 1, Math.exp(-logBayesFactor));
  return { logBayesFactor, pValue, verdict: pValue <= alpha ? 'mismatch' : 'consistent' };
}

/**
 * ln E without the cancellation of its gamma functions, which are about n ln n where ln E is a few: by Stirling's formula
 * with its remainder r, and e_i = (x_i - n theta_i) / (theta_i (A + n)) for A the concentration and n all units,
 *
 * ln E = (1 - k) / 2 ln((A + n) / A) + (A + n) sum theta_i ((1 + e_i) ln(1 + e_i) - e_i) - 1/2 sum ln(1 + e_i)
 *        + sum (r(a_i + x_i) - r(a_i)) - r(A + n) + r(A).
 */
function logBayesFactorOf(counts: readonly number[], shares: readonly number[], concentration: number): number {
  const units = counts.reduce((total, count) => total + count, 0);
  const total = concentration + units;
  const start = ((1 - counts.length) / 2) * Math.log1p(units / concentration);
  return counts.reduce(
    (sum, count, arm) => {
      const share = shares[arm] ?? 0;
      const prior = concentration * share;
      const excess = (count - units * share) / (share * total);
      const remainders = stirlingRemainder(prior + count) - stirlingRemainder(prior);
      return sum + total * share * divergence(excess) - 0.5 * Math.log1p(excess) + remainders;
    },
    start - stirlingRemainder(total) + stirlingRemainder(concentration),
  );
}

/** (1 + e) ln(1 + e) - e for e above -1, by its series where that cancels. */
function divergence(e: number): number {
  if (Math.abs(e) > 0.01) return (1 + e) * Math.log1p(e) - e;
  let [sum, power] = [0, e];
  for (let k = 2; k <= 9; k += 1) {
    power *= -e;
    sum -= power / (k * (k - 1));
  }
  return sum;
}

/** ln Gamma(x) less (x - 1/2) ln x - x + ln(2 pi) / 2. */
function stirlingRemainder(x: number): number {
  if (x < 15) return logGamma(x) - ((x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI));
  const square = x * x;
  return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / x;
}
