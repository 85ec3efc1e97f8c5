import { centredSquares, moments } from '../moments/index.js';
import type { Moments } from '../moments/index.js';
import { StatisticsError } from '../result/index.js';
import type { Outcome } from '../result/index.js';
import type { ArmEstimate } from './arm-estimate.js';
import { mean } from './mean.js';

/** Events per unit, with a measure of how far they are from a Poisson count. */
export interface CountEstimate extends ArmEstimate {
  /** Number of events. */
  readonly events: number;
  /** Sample variance of the counts over their mean: 1 for Poisson counts, null without events. */
  readonly dispersion: number | null;
}

/**
 * Mean number of events per unit. The variance is the sample variance, as in {@link mean}, not the mean: counts of user
 * actions are over-dispersed, and a Poisson variance would be too small. Not estimable for n below 2.
 *
 * @param field path that an error names.
 * @throws StatisticsError when sum is negative or not whole or, without a centre, sumOfSquares is not whole or below sum,
 * which no whole numbers have.
 */
export function count(input: Moments, field = 'moments'): Outcome<CountEstimate> {
  moments(input, field);
  const { n, sum, sumOfSquares, centre = 0 } = input;
  requireWhole(`${field}.sum`, sum);
  if (centre === 0) requireWhole(`${field}.sumOfSquares`, sumOfSquares);
  if (centre === 0 && sumOfSquares < sum) {
    throw new StatisticsError(`${field}.sumOfSquares`, sumOfSquares, `be at least sum = ${sum} for counts`);
  }
  const estimate = mean(input, field);
  if (!estimate.estimable) return estimate;
  const dispersion = sum === 0 ? null : centredSquares(input) / (n - 1) / (sum / n);
  return { ...estimate, events: sum, dispersion };
}

function requireWhole(field: string, value: number): void {
  if (!(Number.isInteger(value) && value >= 0)) {
    throw new StatisticsError(field, value, 'be a whole number of 0 or more for counts');
  }
}
