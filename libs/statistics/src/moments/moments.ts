import { requireCount, requireFinite } from '../result/checks.js';
import { StatisticsError } from '../result/statistics-error.js';

/**
 * Relative slack for sums that a warehouse added up in floating point. A sum of squares may lie below sum^2 / n by this
 * share of it before it is refused; within the slack the variance counts as 0.
 */
export const ROUNDING_SLACK = 1e-9;

/**
 * Sufficient statistics of one variable over the units of one arm. Mergeable: sums of parts are the sums of the whole.
 *
 * A double carries about 16 digits, so the variance of values whose mean is a million times their standard deviation
 * keeps only about 4 of them, and a smaller standard deviation counts as none. Subtract a constant from such a metric
 * before it is summed. Values beyond about 1e150 or below 1e-150 have no square in double precision.
 */
export interface Moments {
  /** Number of units. */
  readonly n: number;
  readonly sum: number;
  /** Sum of the squared values, not centred. */
  readonly sumOfSquares: number;
}

/** The moments of no unit at all; merging with it changes nothing. */
export const EMPTY_MOMENTS: Moments = { n: 0, sum: 0, sumOfSquares: 0 };

/**
 * Checks moments that came from outside and returns them.
 *
 * @param field path that an error names, for example `control`.
 * @param column appended to the path, for one column of joint moments.
 * @throws StatisticsError when n is no whole number of 0 or more, a sum is not finite, or sumOfSquares < sum^2 / n by
 * more than {@link ROUNDING_SLACK} (Cauchy-Schwarz: no data has such sums).
 */
export function moments(input: Moments, field = 'moments', column?: string): Moments {
  if (!isPossible(input)) refuse(input, column === undefined ? field : `${field}.${column}`);
  return input;
}

/** Sums up raw values. */
export function momentsOf(values: Iterable<number>): Moments {
  let n = 0;
  let sum = 0;
  let sumOfSquares = 0;
  for (const value of values) {
    requireFinite(`values[${n}]`, value);
    n += 1;
    sum += value;
    sumOfSquares += value * value;
  }
  return { n, sum, sumOfSquares };
}

/** The moments of all units of the parts. Associative and commutative up to rounding. */
export function mergeMoments(...parts: readonly Moments[]): Moments {
  let n = 0;
  let sum = 0;
  let sumOfSquares = 0;
  for (const part of parts) {
    n += part.n;
    sum += part.sum;
    sumOfSquares += part.sumOfSquares;
  }
  return { n, sum, sumOfSquares };
}

/** Sum of squared deviations from the mean, at least 0; 0 for no units. */
export function centredSquares({ n, sum, sumOfSquares }: Moments): number {
  return n === 0 ? 0 : Math.max(0, flushRounding(sumOfSquares - (sum * sum) / n, sumOfSquares));
}

/** Share of its terms below which a difference of sums counts as rounding. */
const ROUNDING_SHARE = 1e-12;

/** Zero when the value is nothing but the rounding of sums of the given magnitude. */
export function flushRounding(value: number, magnitude: number): number {
  return Math.abs(value) <= ROUNDING_SHARE * Math.abs(magnitude) ? 0 : value;
}

/** Decides alone in the common case, so that no error text is built for good data. */
function isPossible({ n, sum, sumOfSquares }: Moments): boolean {
  if (!(Number.isSafeInteger(n) && n >= 0 && Number.isFinite(sum) && Number.isFinite(sumOfSquares))) return false;
  if (n === 0) return sum === 0 && sumOfSquares === 0;
  const least = (sum * sum) / n;
  return Number.isFinite(least) && sumOfSquares >= least - ROUNDING_SLACK * least;
}

function refuse({ n, sum, sumOfSquares }: Moments, field: string): never {
  requireCount(`${field}.n`, n);
  requireFinite(`${field}.sum`, sum);
  requireFinite(`${field}.sumOfSquares`, sumOfSquares);
  if (n === 0 && sum !== 0) throw new StatisticsError(`${field}.sum`, sum, 'be 0 when n is 0');
  if (n === 0) throw new StatisticsError(`${field}.sumOfSquares`, sumOfSquares, 'be 0 when n is 0');
  const least = (sum * sum) / n;
  if (!Number.isFinite(least)) throw new StatisticsError(`${field}.sum`, sum, 'have a finite square');
  throw new StatisticsError(`${field}.sumOfSquares`, sumOfSquares, `be at least sum^2 / n = ${least}`);
}
