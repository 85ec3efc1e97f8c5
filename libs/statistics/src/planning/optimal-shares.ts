import { requireLength, requirePositive } from '../result/index.js';

/** Shares of all units, summing to 1. */
export interface OptimalShares {
  readonly control: number;
  readonly treatments: readonly number[];
}

/**
 * The shares that make the largest variance among the comparisons of each treatment with control smallest:
 * control sqrt(v_0) / (sqrt(v_0) + sqrt(sum v_i)), treatments in proportion to their variances. With one treatment this
 * is Neyman allocation; with T treatments of equal variance control has sqrt(T) times the share of one of them
 * (Dunnett, 1955).
 *
 * @throws StatisticsError for no treatment or a variance that is not above 0.
 */
export function optimalShares(controlVariance: number, treatmentVariances: readonly number[]): OptimalShares {
  requirePositive('controlVariance', controlVariance);
  requireLength('treatmentVariances', treatmentVariances, 1);
  treatmentVariances.forEach((variance, index) => requirePositive(`treatmentVariances[${index}]`, variance));
  const total = treatmentVariances.reduce((sum, variance) => sum + variance, 0);
  const control = Math.sqrt(controlVariance) / (Math.sqrt(controlVariance) + Math.sqrt(total));
  return { control, treatments: treatmentVariances.map((variance) => ((1 - control) * variance) / total) };
}
