import type { Moments } from '@sortition/statistics';

import type { AnalysisRequest } from './analysis-request.js';
import { identifier } from './reading/csv-table.js';
import type { CsvTable } from './reading/csv-table.js';
import type { MetricColumn } from './read-metric.js';

/** Sufficient statistics of every metric, in the order of the metrics, by arm. */
export type ArmMoments = ReadonlyMap<string, readonly Moments[]>;

/** Lets DuckDB add up the units of each arm: a conversion is 1 when any row of the unit is, other numbers are summed. */
export async function armMoments(
  table: CsvTable,
  request: AnalysisRequest,
  metrics: readonly MetricColumn[],
): Promise<ArmMoments> {
  const perArm = metrics.map((_, index) => `fsum(m${index}) AS s${index}, fsum(m${index} * m${index}) AS q${index}`);
  const rows = await table.query(
    `SELECT arm, count(*)::DOUBLE AS n, ${perArm.join(', ')} FROM (${unitsQuery(request, metrics)}) GROUP BY arm`,
  );
  return new Map(
    rows.map((row) => [
      String(row['arm']),
      metrics.map((_, index) => ({
        n: Number(row['n']),
        sum: Number(row[`s${index}`]),
        sumOfSquares: Number(row[`q${index}`]),
      })),
    ]),
  );
}

function unitsQuery(request: AnalysisRequest, metrics: readonly MetricColumn[]): string {
  const variant = identifier(request.variantColumn);
  if (request.unitColumn === undefined) {
    const numbers = metrics.map(({ number }, index) => `${number} AS m${index}`);
    return `SELECT ${variant} AS arm, ${numbers.join(', ')} FROM input`;
  }
  const numbers = metrics.map(
    ({ kind, number }, index) => `${kind === 'conversion' ? 'max' : 'fsum'}(${number}) AS m${index}`,
  );
  const unit = identifier(request.unitColumn);
  return `SELECT min(${variant}) AS arm, ${numbers.join(', ')} FROM input GROUP BY ${unit}`;
}
