import type { UnitNumber } from './experiment-analysis.js';

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
  readonly metrics: readonly UnitNumberStatistics[];
}

/**
 * Over all units of the variant, those without events included. A unit whose number lies beyond 1e100 on either side is in
 * none of the sums, and a metric with such a unit has no mean.
 */
export interface UnitNumberStatistics {
  readonly sum: number;
  /** Sum of the squares of number - centre. */
  readonly sumOfSquares: number;
  /** The mean for numbers, 0 for shares: nothing of the spread is lost to a large mean. */
  readonly centre: number;
  /** Units whose number is not 0. */
  readonly nonZero: number;
  /** Units whose number is below 0. */
  readonly negative: number;
  /** Units whose number lies beyond 1e100 on either side. */
  readonly beyondRange: number;
}

/** Columns of the query for a share of units and for a number of each unit, after `m0_` and so on. */
export const METRIC_COLUMNS = {
  share: ['sum'],
  number: ['count', 'sum', 'variance', 'non_zero', 'negative', 'beyond'],
} as const;

/**
 * Reads the rows that the query of an experiment returned.
 *
 * @param metrics those of the analysis, in its order.
 */
export function experimentStatistics(
  rows: readonly SqlRow[],
  metrics: readonly Pick<UnitNumber, 'aggregation'>[],
): ExperimentStatistics {
  const multiple = rows.find((row) => row['variant'] === null);
  // Warehouses collate text in different orders; this is that of its UTF-16 code units.
  const variants = rows
    .filter((row) => row['variant'] !== null)
    .sort((one, other) => (String(one['variant']) < String(other['variant']) ? -1 : 1));
  return {
    variants: variants.map((row) => ({
      variant: String(row['variant']),
      units: Number(row['units']),
      metrics: metrics.map(({ aggregation }, index) => (aggregation === 'any' ? shareIn : numberIn)(row, index)),
    })),
    multipleExposureUnits: Number(multiple?.['units'] ?? 0),
  };
}

function shareIn(row: SqlRow, index: number): UnitNumberStatistics {
  const sum = Number(row[`m${index}_sum`]);
  return { sum, sumOfSquares: sum, centre: 0, nonZero: sum, negative: 0, beyondRange: 0 };
}

/** The spread around the mean of all units, from that around the mean of the units with events: nothing is subtracted. */
function numberIn(row: SqlRow, index: number): UnitNumberStatistics {
  const [count = 0, sum = 0, variance = 0, nonZero = 0, negative = 0, beyondRange = 0] = METRIC_COLUMNS.number.map(
    (column) => Number(row[`m${index}_${column}`]),
  );
  const units = Number(row['units']);
  const between = count === 0 ? 0 : ((sum / count) ** 2 * count * (units - count)) / units;
  return { sum, sumOfSquares: variance * count + between, centre: sum / units, nonZero, negative, beyondRange };
}
