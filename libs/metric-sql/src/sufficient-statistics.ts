import type { MetricPlan } from './experiment-analysis.js';

/** Value that a warehouse may return or be given. */
export type SqlValue = string | number | boolean | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** SQL with positional parameters: `$1` is the first. */
export interface SqlQuery {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** What the query of an experiment says. */
export interface ExperimentStatistics {
  /** In order of the variants' keys. A variant without units is absent. */
  readonly variants: readonly VariantStatistics[];
  /** Units that saw more than one variant; they are in none of `variants`. */
  readonly multipleExposureUnits: number;
}

export interface VariantStatistics {
  readonly variant: string;
  readonly units: number;
  /** In the order of the analysis' metrics. */
  readonly metrics: readonly MetricStatistics[];
}

/** What was summed up of a metric over the units of a variant that count for it. */
export type MetricStatistics = NumberStatistics | PairStatistics | QuantileStatistics;

/** Of a share or of a number. */
export interface NumberStatistics extends StatisticsBasics {
  readonly summary: 'share' | 'number';
  readonly sum: number;
  /** Sum of the squares of number - centre. */
  readonly sumOfSquares: number;
  /** The mean for numbers, 0 for shares: nothing of the spread is lost to a large mean. */
  readonly centre: number;
  /** Units whose number is not 0. */
  readonly nonZero: number;
  /** Units whose number is below 0. */
  readonly negative: number;
}

/** Of two numbers of the same units. */
export interface PairStatistics extends StatisticsBasics {
  readonly summary: 'pair';
  readonly sums: readonly [number, number];
  /** Sums of products of deviations from the means over all n units: a symmetric matrix. A large mean costs no digits of it. */
  readonly products: readonly [readonly [number, number], readonly [number, number]];
}

/** Sample quantiles; numbers that are not there are 0, with n 0. */
export interface QuantileStatistics extends StatisticsBasics {
  readonly summary: 'quantile';
  readonly quantile: number;
  readonly lower: number;
  readonly upper: number;
}

interface StatisticsBasics {
  /** Units in the sums. */
  readonly n: number;
  /** Units whose number lies beyond 1e100 on either side; they are in no sum, and then there is no mean. */
  readonly beyondRange: number;
}

const LARGEST = 1e100;

/** Columns of the query for each summary, after `m0_` and so on. */
export const METRIC_COLUMNS = {
  share: ['sum'],
  number: ['count', 'sum', 'variance', 'non_zero', 'negative', 'beyond'],
  pair: ['count', 'sum', 'variance', 'second_sum', 'second_variance', 'covariance', 'beyond'],
  quantile: ['count', 'quantile', 'lower', 'upper'],
} as const;

/** What reading the rows needs to know of a plan. */
export type ReadPlan = Pick<MetricPlan, 'summary' | 'matured' | 'leavesOutUnitsWithoutEvents'>;

/**
 * Reads the rows that the query of an experiment returned.
 *
 * @param metrics those of the analysis, in its order.
 */
export function experimentStatistics(rows: readonly SqlRow[], metrics: readonly ReadPlan[]): ExperimentStatistics {
  const multiple = rows.find((row) => row['variant'] === null);
  // Warehouses collate text in different orders; this is that of its UTF-16 code units.
  const variants = rows
    .filter((row) => row['variant'] !== null)
    .sort((one, other) => (String(one['variant']) < String(other['variant']) ? -1 : 1));
  return {
    variants: variants.map((row) => ({
      variant: String(row['variant']),
      units: Number(row['units']),
      metrics: metrics.map((plan, index) => READERS[plan.summary](row, index, plan)),
    })),
    multipleExposureUnits: Number(multiple?.['units'] ?? 0),
  };
}

/** The sums of no unit at all. */
export function emptyStatistics(summary: MetricPlan['summary']): MetricStatistics {
  return READERS[summary]({ units: 0 }, 0, { summary });
}

const READERS: Readonly<
  Record<MetricPlan['summary'], (row: SqlRow, index: number, plan: ReadPlan) => MetricStatistics>
> = { share: shareIn, number: numberIn, pair: pairIn, quantile: quantileIn };

function shareIn(row: SqlRow, index: number, plan: ReadPlan): NumberStatistics {
  const sum = numberAt(row, `m${index}_sum`);
  const n = unitsIn(row, index, plan);
  return { summary: 'share', n, sum, sumOfSquares: sum, centre: 0, nonZero: sum, negative: 0, beyondRange: 0 };
}

/** The spread around the mean of all units, from that around the mean of the units with events: nothing is subtracted. */
function numberIn(row: SqlRow, index: number, plan: ReadPlan): NumberStatistics {
  const [count = 0, sum = 0, variance = 0, nonZero = 0, negative = 0, beyondRange = 0] = METRIC_COLUMNS.number.map(
    (column) => numberAt(row, `m${index}_${column}`),
  );
  const n = plan.leavesOutUnitsWithoutEvents ? count + beyondRange : unitsIn(row, index, plan);
  const between = count === 0 ? 0 : ((sum / count) ** 2 * count * (n - count)) / n;
  const sumOfSquares = variance * count + between;
  return { summary: 'number', n, sum, sumOfSquares, centre: n === 0 ? 0 : sum / n, nonZero, negative, beyondRange };
}

function pairIn(row: SqlRow, index: number, plan: ReadPlan): PairStatistics {
  const [count = 0, sum = 0, variance = 0, second = 0, secondVariance = 0, covariance = 0, beyondRange = 0] =
    METRIC_COLUMNS.pair.map((column) => numberAt(row, `m${index}_${column}`));
  const n = plan.leavesOutUnitsWithoutEvents ? count + beyondRange : unitsIn(row, index, plan);
  const around = (spread: number, one: number, other: number): number =>
    count === 0 ? 0 : spread * count + ((one / count) * (other / count) * count * (n - count)) / n;
  const product = around(covariance, sum, second);
  return {
    summary: 'pair',
    n,
    sums: [sum, second],
    products: [
      [around(variance, sum, sum), product],
      [product, around(secondVariance, second, second)],
    ],
    beyondRange,
  };
}

function quantileIn(row: SqlRow, index: number): QuantileStatistics {
  const [n = 0, quantile = 0, lower = 0, upper = 0] = METRIC_COLUMNS.quantile.map((column) =>
    numberAt(row, `m${index}_${column}`),
  );
  return { summary: 'quantile', n, quantile, lower, upper, beyondRange: Math.abs(quantile) > LARGEST ? n : 0 };
}

function unitsIn(row: SqlRow, index: number, { matured }: ReadPlan): number {
  return numberAt(row, matured ? `m${index}_units` : 'units');
}

/** A column that the row lacks is 0. */
function numberAt(row: SqlRow, column: string): number {
  return Number(row[column] ?? 0);
}
