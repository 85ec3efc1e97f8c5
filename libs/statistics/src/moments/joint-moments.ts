import { requireFinite } from '../result/checks.js';
import { StatisticsError } from '../result/statistics-error.js';
import { flushRounding, moments, ROUNDING_SLACK } from './moments.js';
import type { Moments } from './moments.js';

/**
 * Sufficient statistics of several variables measured on the same units of one arm: what a metric with covariates, a
 * ratio, or a metric by day needs. Mergeable like {@link Moments}.
 */
export interface JointMoments {
  /** Number of units. Every unit has a value in every column. */
  readonly n: number;
  /** Names of the columns; they make arms with different covariates detectable. */
  readonly columns: readonly string[];
  /** Sum per column, in the order of `columns`. */
  readonly sums: readonly number[];
  /** Sums of products, not centred: a symmetric matrix in the order of `columns`. */
  readonly crossProducts: readonly (readonly number[])[];
}

/**
 * Checks joint moments that came from outside and returns them.
 *
 * @param field path that an error names, for example `control`.
 * @throws StatisticsError on sizes that differ, a repeated column, a value that is not finite, a matrix that is not
 * symmetric, a sum of squares below sum^2 / n, or a correlation beyond 1.
 */
export function jointMoments(input: JointMoments, field = 'moments'): JointMoments {
  const { n, columns, sums, crossProducts } = input;
  requireSize(`${field}.sums`, sums, columns.length);
  requireSize(`${field}.crossProducts`, crossProducts, columns.length);
  if (columns.some((name, i) => columns.indexOf(name) !== i)) {
    throw new StatisticsError(`${field}.columns`, columns, 'hold each name once');
  }
  for (let i = 0; i < columns.length; i += 1) {
    const row = crossProducts[i] ?? [];
    if (row.length !== columns.length) requireSize(`${field}.crossProducts[${i}]`, row, columns.length);
    moments({ n, sum: at(sums, i), sumOfSquares: at(row, i) }, field, columns[i]);
    for (let j = 0; j < i; j += 1) {
      if (!isPossiblePair(input, i, j)) refusePair(input, i, j, field);
    }
  }
  return input;
}

/** Sums up raw rows, one value per column each. */
export function jointMomentsOf(columns: readonly string[], rows: Iterable<readonly number[]>): JointMoments {
  const size = columns.length;
  const sums = new Array<number>(size).fill(0);
  const crossProducts = columns.map(() => new Array<number>(size).fill(0));
  let n = 0;
  for (const row of rows) {
    requireSize(`rows[${n}]`, row, size);
    for (let i = 0; i < size; i += 1) {
      const value = requireFinite(`rows[${n}].${columns[i] ?? i}`, at(row, i));
      sums[i] = at(sums, i) + value;
      const line = crossProducts[i] ?? [];
      for (let j = 0; j < size; j += 1) line[j] = at(line, j) + value * at(row, j);
    }
    n += 1;
  }
  return { n, columns, sums, crossProducts };
}

/**
 * The joint moments of all units of the parts.
 *
 * @throws StatisticsError when the parts do not name the same columns in the same order.
 */
export function mergeJointMoments(first: JointMoments, ...rest: readonly JointMoments[]): JointMoments {
  rest.forEach((part, index) => requireSameColumns(first, part, `parts[${index + 1}]`));
  const size = first.columns.length;
  const sums = [...first.sums];
  const crossProducts = first.crossProducts.map((row) => [...row]);
  let { n } = first;
  for (const part of rest) {
    n += part.n;
    for (let i = 0; i < size; i += 1) {
      sums[i] = at(sums, i) + at(part.sums, i);
      const row = crossProducts[i] ?? [];
      for (let j = 0; j < size; j += 1) row[j] = at(row, j) + entry(part.crossProducts, i, j);
    }
  }
  return { n, columns: first.columns, sums, crossProducts };
}

/** Throws unless both hold the same columns in the same order. */
export function requireSameColumns(expected: JointMoments, actual: JointMoments, field: string): void {
  if (expected.columns === actual.columns) return;
  const same =
    expected.columns.length === actual.columns.length &&
    expected.columns.every((name, i) => name === actual.columns[i]);
  if (!same) {
    throw new StatisticsError(
      `${field}.columns`,
      actual.columns,
      `be ${JSON.stringify(expected.columns)} in this order`,
    );
  }
}

/** The moments of one column. */
export function columnMoments(joint: JointMoments, column: number): Moments {
  return { n: joint.n, sum: at(joint.sums, column), sumOfSquares: entry(joint.crossProducts, column, column) };
}

/** Sum of products of deviations of two columns from their means; for one column its sum of squared deviations. */
export function centredProduct(joint: JointMoments, i: number, j: number): number {
  if (joint.n === 0) return 0;
  const product = entry(joint.crossProducts, i, j);
  const value = product - (at(joint.sums, i) * at(joint.sums, j)) / joint.n;
  if (i === j) return Math.max(0, flushRounding(value, product));
  const scale = Math.sqrt(entry(joint.crossProducts, i, i)) * Math.sqrt(entry(joint.crossProducts, j, j));
  return flushRounding(value, scale);
}

/**
 * Joint moments of linear combinations of the columns plus a constant: column k of the result is
 * `constants[k] + sum_i weights[k][i] * column_i`.
 */
export function combineColumns(
  joint: JointMoments,
  columns: readonly string[],
  weights: readonly (readonly number[])[],
  constants: readonly number[],
): JointMoments {
  const linear = weights.map((row) => total(row.map((weight, i) => weight * at(joint.sums, i))));
  const sums = linear.map((value, k) => value + at(constants, k) * joint.n);
  const crossProducts = weights.map((left, k) =>
    weights.map((right, l) => {
      const quadratic = total(
        left.map((a, i) =>
          total(right.map((b, j) => (a === 0 || b === 0 ? 0 : a * b * entry(joint.crossProducts, i, j)))),
        ),
      );
      const [c, d] = [at(constants, k), at(constants, l)];
      return quadratic + c * at(linear, l) + d * at(linear, k) + c * d * joint.n;
    }),
  );
  return { n: joint.n, columns, sums, crossProducts };
}

function isPossiblePair(input: JointMoments, i: number, j: number): boolean {
  const product = entry(input.crossProducts, i, j);
  const scale = Math.sqrt(entry(input.crossProducts, i, i)) * Math.sqrt(entry(input.crossProducts, j, j));
  const slack = ROUNDING_SLACK * scale;
  const bound = Math.sqrt(centredProduct(input, i, i)) * Math.sqrt(centredProduct(input, j, j));
  return (
    Math.abs(product - entry(input.crossProducts, j, i)) <= slack &&
    Math.abs(centredProduct(input, i, j)) <= bound + slack
  );
}

function refusePair(input: JointMoments, i: number, j: number, field: string): never {
  const product = requireFinite(`${field}.crossProducts[${i}][${j}]`, entry(input.crossProducts, i, j));
  const mirrored = entry(input.crossProducts, j, i);
  const scale = Math.sqrt(entry(input.crossProducts, i, i)) * Math.sqrt(entry(input.crossProducts, j, j));
  if (!(Math.abs(product - mirrored) <= ROUNDING_SLACK * scale)) {
    throw new StatisticsError(`${field}.crossProducts[${j}][${i}]`, mirrored, `equal its mirror image ${product}`);
  }
  const names = `"${input.columns[i] ?? i}" and "${input.columns[j] ?? j}"`;
  throw new StatisticsError(`${field}.crossProducts[${i}][${j}]`, product, `keep the correlation of ${names} within 1`);
}

function requireSize(field: string, list: readonly unknown[], size: number): void {
  if (list.length !== size) throw new StatisticsError(`${field}.length`, list.length, `be ${size}`);
}

function at(list: readonly number[], index: number): number {
  return list[index] ?? Number.NaN;
}

function entry(matrix: readonly (readonly number[])[], i: number, j: number): number {
  return matrix[i]?.[j] ?? Number.NaN;
}

function total(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
