import { moments } from '../moments/index.js';
import type { Moments } from '../moments/index.js';
import { requireCount, requireFinite, StatisticsError } from '../result/index.js';

/** Caps of a winsorized metric; a value beyond a cap counts as the cap. Null leaves a side open. */
export interface Caps {
  readonly lower: number | null;
  readonly upper: number | null;
}

/** An arm's units split by the caps: all mergeable. */
export interface CappedParts {
  /** Units at or between the caps. */
  readonly within: Moments;
  /** Number of units below the lower cap. */
  readonly below: number;
  /** Number of units above the upper cap. */
  readonly above: number;
}

/**
 * Moments of the winsorized values: units beyond a cap count as the cap. What follows is the mean of the winsorized
 * values, a different quantity than the mean, with far less variance under heavy tails (Kohavi, Tang & Xu 2020,
 * on outliers).
 *
 * Caps must be the same in every arm. A cap estimated as a percentile of all arms pooled may be treated as fixed: its
 * noise moves both arms alike and cancels in the difference to first order when the arms exceed it equally often. A cap
 * estimated per arm may not: it would cancel the very effect.
 *
 * @throws StatisticsError on moments that no data has, a mean of `within` outside the caps, a negative count, a count
 * beyond an open side, or a lower cap above the upper.
 */
export function winsorizedMoments({ within, below, above }: CappedParts, caps: Caps): Moments {
  moments(within, 'within');
  requireSide('below', below, 'lower', caps.lower);
  requireSide('above', above, 'upper', caps.upper);
  if (caps.lower !== null && caps.upper !== null && caps.lower > caps.upper) {
    throw new StatisticsError('caps.lower', caps.lower, `be at most caps.upper = ${caps.upper}`);
  }
  requireMeanWithin(within, caps);
  const [lower, upper] = [caps.lower ?? 0, caps.upper ?? 0];
  return {
    n: within.n + below + above,
    sum: within.sum + below * lower + above * upper,
    sumOfSquares: within.sumOfSquares + below * lower * lower + above * upper * upper,
  };
}

/** The value, or the cap it lies beyond. */
export function winsorize(value: number, { lower, upper }: Caps): number {
  if (lower !== null && value < lower) return lower;
  return upper !== null && value > upper ? upper : value;
}

function requireSide(field: string, count: number, side: 'lower' | 'upper', cap: number | null): void {
  requireCount(field, count);
  if (cap !== null) requireFinite(`caps.${side}`, cap);
  else if (count > 0) throw new StatisticsError(field, count, `be 0 when caps.${side} is null`);
}

function requireMeanWithin(within: Moments, { lower, upper }: Caps): void {
  if (within.n === 0) return;
  const mean = within.sum / within.n;
  const slack = 1e-9 * Math.abs(mean);
  if ((lower !== null && mean < lower - slack) || (upper !== null && mean > upper + slack)) {
    throw new StatisticsError('within.sum', within.sum, `give a mean between the caps, not ${mean}`);
  }
}
