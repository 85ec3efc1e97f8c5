import { normalUpperQuantile } from '../distributions/index.js';
import { notEstimable } from '../result/index.js';
import type { NotEstimable } from '../result/index.js';

/** Level at which a denominator must differ from 0 before a ratio over it counts as defined. */
export const DENOMINATOR_ALPHA = 0.05;

/** Says why a ratio over this denominator is undefined, or nothing when it is clearly off 0 at level alpha. */
export function checkDenominator(denominator: number, variance: number, alpha: number): NotEstimable | undefined {
  if (denominator === 0) return notEstimable('ZERO_DENOMINATOR', 'the mean of the denominator is 0');
  const g = (normalUpperQuantile(alpha / 2) ** 2 * variance) / denominator / denominator;
  if (g < 1) return undefined;
  return notEstimable(
    'DENOMINATOR_NOT_CLEARLY_OFF_ZERO',
    `the denominator ${denominator} with standard error ${Math.sqrt(variance)} does not differ from 0 at level ${alpha}`,
  );
}
