import type { NumberStatistics } from '@sortition/metric-sql';
import type { ObservedVariant } from '@sortition/metrics';

import type { AnalysisRequest } from './analysis-request.js';
import { identifier } from './reading/csv-table.js';
import type { CsvTable } from './reading/csv-table.js';
import type { MetricColumn } from './read-metric.js';

/**
 * Lets DuckDB add up the units of each variant: a conversion is 1 when any row of the unit is, other numbers are summed. The
 * spread of numbers is added up around their mean, so that a large mean costs no digits of it.
 */
export async function variantStatistics(
  table: CsvTable,
  request: AnalysisRequest,
  metrics: readonly MetricColumn[],
): Promise<readonly ObservedVariant[]> {
  const perVariant = metrics.flatMap(({ kind }, index) => {
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
    `SELECT variant, count(*)::DOUBLE AS n, ${perVariant.join(', ')} FROM (${unitsQuery(request, metrics)}) GROUP BY variant`,
  );
  return rows.map((row) => ({
    variant: String(row['variant']),
    units: Number(row['n']),
    metrics: metrics.map(({ kind }, index) => statisticsIn(row, kind, index)),
  }));
}

function statisticsIn(
  row: Readonly<Record<string, unknown>>,
  kind: MetricColumn['kind'],
  index: number,
): NumberStatistics {
  const n = Number(row['n']);
  const sum = Number(row[`s${index}`]);
  if (kind === 'conversion') {
    return { summary: 'share', n, sum, sumOfSquares: sum, centre: 0, nonZero: sum, negative: 0, beyondRange: 0 };
  }
  return {
    summary: 'number',
    n,
    sum,
    sumOfSquares: Number(row[`v${index}`]) * n,
    centre: sum / n,
    nonZero: Number(row[`z${index}`]),
    negative: Number(row[`b${index}`]),
    beyondRange: 0,
  };
}

function unitsQuery(request: AnalysisRequest, metrics: readonly MetricColumn[]): string {
  const variant = identifier(request.variantColumn);
  if (request.unitColumn === undefined) {
    const numbers = metrics.map(({ number }, index) => `${number} AS m${index}`);
    return `SELECT ${variant} AS variant, ${numbers.join(', ')} FROM input`;
  }
  const numbers = metrics.map(
    ({ kind, number }, index) => `${kind === 'conversion' ? 'max' : 'fsum'}(${number}) AS m${index}`,
  );
  const unit = identifier(request.unitColumn);
  return `SELECT min(${variant}) AS variant, ${numbers.join(', ')} FROM input GROUP BY ${unit}`;
}
