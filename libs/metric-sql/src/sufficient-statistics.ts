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

/** Over all units of the variant, those without events included. */
export interface UnitNumberStatistics {
  readonly sum: number;
  /** Not centred. */
  readonly sumOfSquares: number;
}

/** Reads the rows that the query of an experiment returned. */
export function experimentStatistics(rows: readonly SqlRow[], metricCount: number): ExperimentStatistics {
  const multiple = rows.find((row) => row['variant'] === null);
  // Warehouses collate text in different orders; this is that of its UTF-16 code units.
  const variants = rows
    .filter((row) => row['variant'] !== null)
    .sort((one, other) => (String(one['variant']) < String(other['variant']) ? -1 : 1));
  return {
    variants: variants.map((row) => ({
      variant: String(row['variant']),
      units: Number(row['units']),
      metrics: Array.from({ length: metricCount }, (_, index) => ({
        sum: Number(row[`m${index}_sum`]),
        sumOfSquares: Number(row[`m${index}_squares`]),
      })),
    })),
    multipleExposureUnits: Number(multiple?.['units'] ?? 0),
  };
}
