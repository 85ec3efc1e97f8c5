import type { Moments } from '@sortition/statistics';

import type { AnalysisRequest } from './analysis-request.js';
import { identifier } from './reading/csv-table.js';
import type { CsvTable } from './reading/csv-table.js';
import type { MetricColumn } from './read-metric.js';

/** Sufficient statistics of every metric, in the order of the metrics, by arm. */
export type ArmMoments = ReadonlyMap<string, readonly Moments[]>;

/**
 * Lets DuckDB add up the units of each arm: a conversion is 1 when any row of the unit is, other numbers are summed. The
 * spread of numbers is added up around their mean, so that a large mean costs no digits of it.
 */
export async function armMoments(
  table: CsvTable,
  request: AnalysisRequest,
  metrics: readonly MetricColumn[],
): Promise<ArmMoments> {
  const perArm = metrics.flatMap(({ kind }, index) => {
    const number = `m${index}`;
    if (kind === 'conversion') return [`fsum(${number}) AS s${index}`];
    return [
      `fsum(${number}) AS s${index}`,
      `var_pop(${number}) AS v${index}`,
      `count(*) FILTER (${number} <> 0)::DOUBLE AS z${index}`,
      `count(*) FILTER (${number} < 0)::DOUBLE AS b${index}`,
    ];
  });
  const rows = await table.query(
    `SELECT arm, count(*)::DOUBLE AS n, ${perArm.join(', ')} FROM (${unitsQuery(request, metrics)}) GROUP BY arm`,
  );
  return new Map(
    rows.map((row) => [String(row['arm']), metrics.map(({ kind }, index) => momentsIn(row, kind, index))]),
  );
}

function momentsIn(row: Readonly<Record<string, unknown>>, kind: MetricColumn['kind'], index: number): Moments {
  const n = Number(row['n']);
  const sum = Number(row[`s${index}`]);
  if (kind === 'conversion') return { n, sum, sumOfSquares: sum };
  return {
    n,
    sum,
    sumOfSquares: Number(row[`v${index}`]) * n,
    centre: sum / n,
    nonZero: Number(row[`z${index}`]),
    negative: Number(row[`b${index}`]),
  };
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
