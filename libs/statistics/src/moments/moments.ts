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
 * A double carries about 16 digits. Without a centre the variance is what is left of the sum of squares after the square
 * of the mean is taken off, so values whose mean is far larger than their standard deviation keep few digits of it, and
 * {@link hasLostVariance} tells when fewer than three are left. With a centre near the mean nothing is lost. Values
 * beyond about 1e150 or below 1e-150 have no square in double precision.
 */
export interface Moments {
  /** Number of units. */
  readonly n: number;
  /** Sum of the values, whatever the centre. */
  readonly sum: number;
  /** Sum of the squares of value - centre. */
  readonly sumOfSquares: number;
  /** The constant that was subtracted from each value before it was squared; default 0. */
  readonly centre?: number;
  /** How many values are not 0. Absent where nobody counted. */
  readonly nonZero?: number;
  /** How many values are below 0. Absent where nobody counted. */
  readonly negative?: number;
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

/** Sums up raw values, without a centre. */
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

/**
 * The moments of all units of the parts. Associative and commutative up to rounding. Parts with different centres are
 * brought to the mean of all; a count that a part lacks is absent from the whole.
 */
export function mergeMoments(...parts: readonly Moments[]): Moments {
  let n = 0;
  let sum = 0;
  for (const part of parts) {
    n += part.n;
    sum += part.sum;
  }
  const nonEmpty = parts.filter((part) => part.n > 0);
  const [first] = nonEmpty;
  const isCommon = nonEmpty.every(({ centre = 0 }) => centre === (first?.centre ?? 0));
  const centre = isCommon ? first?.centre : sum / n;
  const sumOfSquares = nonEmpty.reduce(
    (total, part) => total + (isCommon ? part.sumOfSquares : squaresAbout(part, centre ?? 0)),
    0,
  );
  return {
    n,
    sum,
    sumOfSquares,
    ...(centre === undefined ? {} : { centre }),
    ...countOf('nonZero', nonEmpty),
    ...countOf('negative', nonEmpty),
  };
}

/** Sum of squared deviations from the mean, at least 0; 0 for no units. */
export function centredSquares(input: Moments): number {
  const { n, sumOfSquares } = input;
  return n === 0 ? 0 : Math.max(0, flushRounding(sumOfSquares - n * shiftOf(input) ** 2, sumOfSquares));
}

/**
 * Whether the sums keep fewer than three digits of the variance, so that nothing may be said about it: either too much
 * of the sum of squares is the square of the mean, or the values themselves have no digits for their spread. Values that
 * are seen to be equal have lost nothing.
 */
export function hasLostVariance(input: Moments): boolean {
  const { n, sum, sumOfSquares } = input;
  if (n < 2) return false;
  const squares = centredSquares(input);
  if (squares === 0 && (sumOfSquares === 0 || areEqualExactly(input))) return false;
  const mean = sum / n;
  return squares < LEAST_SHARE * sumOfSquares || squares < n * (LEAST_SPREAD * mean) ** 2;
}

/** Share of its terms below which a difference of sums counts as rounding. */
const ROUNDING_SHARE = 1e-12;

/**
 * Sums of squares added up in double precision are right to about 1e-14 of themselves; a variance that is a smaller share
 * than this of them is wrong by more than a thousandth.
 */
const LEAST_SHARE = 1e-11;

/** Spread over mean below which the spacing of doubles, 2.2e-16 of the mean, is more than a thousandth of the spread. */
const LEAST_SPREAD = 2.2e-13;

/** Zero when the value is nothing but the rounding of sums of the given magnitude. */
export function flushRounding(value: number, magnitude: number): number {
  return Math.abs(value) <= ROUNDING_SHARE * Math.abs(magnitude) ? 0 : value;
}

/** Whole numbers, all the same, with sums small enough that products of them would show a difference of 1. */
function areEqualExactly({ n, sum, sumOfSquares, centre = 0 }: Moments): boolean {
  const isExact = centre === 0 && Number.isSafeInteger(sum) && Number.isInteger(sumOfSquares);
  return isExact && sumOfSquares < 2 ** 50 && sumOfSquares * n === sum * sum;
}

/** Mean less centre; 0 where the two differ by rounding only. */
function shiftOf({ n, sum, centre = 0 }: Moments): number {
  const shift = sum / n - centre;
  return Math.abs(shift) <= 4 * Number.EPSILON * Math.abs(centre) ? 0 : shift;
}

function squaresAbout(part: Moments, centre: number): number {
  return centredSquares(part) + part.n * (part.sum / part.n - centre) ** 2;
}

function countOf(name: 'nonZero' | 'negative', parts: readonly Moments[]): Partial<Moments> {
  const counts = parts.map((part) => part[name]);
  if (counts.length === 0 || !counts.every((count) => count !== undefined)) return {};
  return { [name]: counts.reduce((total, count) => total + count, 0) };
}

/** Decides alone in the common case, so that no error text is built for good data. */
function isPossible(input: Moments): boolean {
  const { n, sum, sumOfSquares, centre = 0, nonZero = 0, negative = 0 } = input;
  if (!(Number.isSafeInteger(n) && n >= 0 && Number.isFinite(sum) && Number.isFinite(sumOfSquares))) return false;
  if (!(Number.isFinite(centre) && isCountWithin(nonZero, n) && isCountWithin(negative, n))) return false;
  if (n === 0) return sum === 0 && sumOfSquares === 0;
  const least = n * shiftOf(input) ** 2;
  return Number.isFinite(least) && sumOfSquares >= least - ROUNDING_SLACK * least;
}

function isCountWithin(count: number, n: number): boolean {
  return Number.isSafeInteger(count) && count >= 0 && count <= n;
}

function refuse(input: Moments, field: string): never {
  const { n, sum, sumOfSquares, centre = 0 } = input;
  requireCount(`${field}.n`, n);
  requireFinite(`${field}.sum`, sum);
  requireFinite(`${field}.sumOfSquares`, sumOfSquares);
  requireFinite(`${field}.centre`, centre);
  for (const name of ['nonZero', 'negative'] as const) {
    const count = requireCount(`${field}.${name}`, input[name] ?? 0);
    if (count > n) throw new StatisticsError(`${field}.${name}`, count, `be at most n = ${n}`);
  }
  if (n === 0 && sum !== 0) throw new StatisticsError(`${field}.sum`, sum, 'be 0 when n is 0');
  if (n === 0) throw new StatisticsError(`${field}.sumOfSquares`, sumOfSquares, 'be 0 when n is 0');
  const least = n * shiftOf(input) ** 2;
  if (!Number.isFinite(least)) throw new StatisticsError(`${field}.sum`, sum, 'have a finite square');
  const bound = centre === 0 ? 'sum^2 / n' : 'n (sum / n - centre)^2';
  throw new StatisticsError(`${field}.sumOfSquares`, sumOfSquares, `be at least ${bound} = ${least}`);
}
