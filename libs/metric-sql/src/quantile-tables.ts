import type { MetricPlan } from './experiment-analysis.js';
import type { CommonTable, QueryContext } from './query-context.js';
import { columnAsDouble } from './unit-numbers.js';

/**
 * The tables that find the quantile of a metric by variant, none for other metrics: the numbers, their places in ascending
 * order, and those at the levels. A sample quantile is the smallest number with at least that share at or below it.
 */
export function quantileTables(plan: MetricPlan, index: number, context: QueryContext): readonly CommonTable[] {
  if (plan.summary !== 'quantile') return [];
  const { parameters, dialect } = context;
  const name = `m${index}`;
  const probability = parameters.of(plan.probability, 'double');
  const reach = `${parameters.of(plan.reach, 'double')} / sqrt(r.total)`;
  const numberAt = (level: string): string => {
    const place = `least(r.total, greatest(1.0, ceil(r.total * (${level}) - 1e-9)))`;
    return `max(CASE WHEN r.place = ${place} THEN r.number END)`;
  };
  return [
    { name: `${name}_values`, sql: valuesOf(plan, index, context) },
    {
      name: `${name}_ranked`,
      sql: `
SELECT v.variant AS variant, v.number AS number,
  row_number() OVER (PARTITION BY v.variant ORDER BY v.number) AS place,
  CAST(count(*) OVER (PARTITION BY v.variant) AS ${dialect.double}) AS total
FROM ${name}_values v`,
    },
    {
      name: `${name}_quantiles`,
      sql: `
SELECT r.variant AS variant, max(r.total) AS ${name}_count,
  ${numberAt(probability)} AS ${name}_quantile,
  ${numberAt(`${probability} - ${reach}`)} AS ${name}_lower,
  ${numberAt(`${probability} + ${reach}`)} AS ${name}_upper
FROM ${name}_ranked r
GROUP BY r.variant`,
    },
  ];
}

function valuesOf(plan: MetricPlan, index: number, { dialect, conditions }: QueryContext): string {
  const number = columnAsDouble(`m${index}`, plan, dialect);
  if (plan.leavesOutUnitsWithoutEvents) {
    return `
SELECT n.variant AS variant, ${number} AS number
FROM numbers n
WHERE n.m${index} IS NOT NULL`;
  }
  const matured = plan.matured ? `\n  AND ${conditions.hasMatured(plan.matured)}` : '';
  return `
SELECT u.variant AS variant, coalesce(${number}, 0.0) AS number
FROM units u
LEFT JOIN numbers n ON n.unit = u.unit
WHERE NOT u.is_multiple${matured}`;
}
