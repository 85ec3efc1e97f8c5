import { moments } from '../moments/index.js';
import type { Moments } from '../moments/index.js';
import { notEstimable, requireCount, StatisticsError } from '../result/index.js';
import type { Outcome } from '../result/index.js';
import { pairArms } from './arm-estimate.js';
import type { ArmEstimate, ArmPair } from './arm-estimate.js';
import { tooFewUnits } from './mean.js';
import { withLargerVariance } from './pair-means.js';

/**
 * Share of units whose value is 1 and not 0: value = p = sum / n, variance = p (1 - p) / n, the maximum likelihood
 * (Wald) variance; n - 1 degrees of freedom for Welch's interval. The variance is n / (n - 1) smaller than
 * {@link mean} of the same moments. A share of 0 or 1 has variance 0, and one of few events a variance that is too noisy to
 * test with: compare two arms by `compareVariants`, or at several looks by {@link pairProportions}. Not estimable
 * (`TOO_FEW_UNITS`) for n below 2.
 *
 * @param field path that an error names.
 * @throws StatisticsError when sum lies outside [0, n] or sumOfSquares is not what 0 and 1 make it, which is sum without
 * a centre.
 */
export function proportion(input: Moments, field = 'moments'): Outcome<ArmEstimate> {
  moments(input, field);
  const { n, sum, sumOfSquares, centre = 0 } = input;
  if (sum < 0 || sum > n) throw new StatisticsError(`${field}.sum`, sum, `lie between 0 and n = ${n} for a proportion`);
  const squares = sum * (1 - 2 * centre) + n * centre * centre;
  if (Math.abs(sumOfSquares - squares) > 1e-9 * squares) {
    const meaning = centre === 0 ? `sum = ${squares}` : `${squares}, which ${sum} ones and centre ${centre} make,`;
    throw new StatisticsError(`${field}.sumOfSquares`, sumOfSquares, `equal ${meaning} for a proportion`);
  }
  if (n < 2) return tooFewUnits(n);
  const share = sum / n;
  return { estimable: true, n, value: share, variance: (share * (1 - share)) / n, degreesOfFreedom: n - 1 };
}

/** Events, and units without one, that the smaller arm must expect when nothing differs. */
export const FEWEST_EVENTS = 25;

/**
 * Pairs the shares of two arms for methods that need one standard error for test and interval, as all sequential ones
 * do: the larger of the pooled standard error, which is right when nothing differs, and that of the two shares. An arm
 * without events has no variance of its own and is never taken at that. Not estimable (`TOO_FEW_EVENTS`) while the
 * smaller arm expects fewer than {@link FEWEST_EVENTS} events, or units without one, when nothing differs: take no look
 * then. For one look at a fixed time `compareVariants` needs fewer.
 *
 * @throws StatisticsError as {@link proportion}.
 */
export function pairProportions(control: Moments, treatment: Moments): Outcome<ArmPair> {
  const pair = pairArms(proportion(control, 'control'), proportion(treatment, 'treatment'));
  if (!pair.estimable) return pair;
  const share = (control.sum + treatment.sum) / (control.n + treatment.n);
  const expected = expectedEvents(control, treatment);
  if (expected < FEWEST_EVENTS) {
    const seen = `${control.sum} of ${control.n} units of control and ${treatment.sum} of ${treatment.n} of treatment`;
    const detail = `${seen} have the event; without an effect the smaller arm would have ${Number(expected.toPrecision(3))} with it or without it, and an estimate needs at least ${FEWEST_EVENTS}`;
    return notEstimable('TOO_FEW_EVENTS', detail);
  }
  return withLargerVariance({ ...pair, isNonNegative: true }, share * (1 - share));
}

/** Events, or units without one if those are fewer, that the smaller arm expects when both arms have the same share. */
export function expectedEvents(control: Moments, treatment: Moments): number {
  const n = control.n + treatment.n;
  const events = control.sum + treatment.sum;
  return (Math.min(control.n, treatment.n) * Math.min(events, n - events)) / n;
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
