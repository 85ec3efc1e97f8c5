import type { ExperimentAnalysis, MetricPlan } from './experiment-analysis.js';
import { EventConditions } from './event-conditions.js';
import { funnelTables } from './funnel-tables.js';
import { capOf, totalsOf } from './metric-totals.js';
import { ParameterList } from './parameter-list.js';
import { quantileTables } from './quantile-tables.js';
import { type CommonTable, eventsOfUnits, type QueryContext } from './query-context.js';
import type { SqlDialect } from './sql-dialect.js';
import { METRIC_COLUMNS } from './sufficient-statistics.js';
import type { SqlQuery } from './sufficient-statistics.js';
import { columnsOf, numberOf } from './unit-numbers.js';

/**
 * One query for everything about an experiment, whatever the number of its metrics: the exposures are read once and the
 * events once, and once more for each funnel. It returns a row a variant with `variant`, `units` and the columns that
 * METRIC_COLUMNS names for each metric, and with `variant` null the units that saw more than one. The text depends on the
 * shape of the analysis and on levels of quantiles only; what users wrote goes in as parameters.
 *
 * Nothing that was tracked makes the query fail or lose digits: spreads are summed up around the mean, and a number
 * beyond the range is counted and left out.
 *
 * Read the rows with `experimentStatistics`.
 */
export function experimentQuery(analysis: ExperimentAnalysis, dialect: SqlDialect): SqlQuery {
  const parameters = new ParameterList(dialect);
  const conditions = new EventConditions(analysis, parameters, dialect);
  const context: QueryContext = { analysis, parameters, dialect, conditions };
  const units = `units ${dialect.materialized} (${indented(unitsOf(context))}\n)`;
  const tables = [
    ...numberTables(context),
    ...analysis.metrics.flatMap((metric, index) => [
      ...funnelTables(metric, index, context),
      ...quantileTables(metric, index, context),
    ]),
    { name: 'sizes', sql: sizesOf(context) },
  ];
  const common = [units, ...tables.map(({ name, sql }) => `${name} AS (${indented(sql)}\n)`)];
  return { sql: `WITH ${common.join(',\n')}\n${resultOf(analysis.metrics)}`, parameters: parameters.values };
}

/** Units of each variant and, for a metric that leaves out those in their window, how many are through. */
function sizesOf({ analysis, conditions }: QueryContext): string {
  const matured = analysis.metrics.flatMap((metric, index) =>
    metric.matured
      ? [`sum(CASE WHEN ${conditions.hasMatured(metric.matured)} THEN 1 ELSE 0 END) AS m${index}_units`]
      : [],
  );
  const columns = ['CASE WHEN u.is_multiple THEN NULL ELSE u.variant END AS variant', 'count(*) AS units', ...matured];
  return `
SELECT ${columns.join(matured.length === 0 ? ', ' : ',\n  ')}
FROM units u
GROUP BY 1`;
}

/**
 * One row a unit. Columns are named with their table throughout: ClickHouse takes a bare name for an alias of the same
 * SELECT where there is one. The smallest and the largest variant differ exactly when a unit saw more than one.
 */
function unitsOf({ analysis, parameters }: QueryContext): string {
  const { environmentId, experiment, phase, unitAttribute, receivedFromMicros, endedMicros } = analysis;
  const conditions = [
    `x.environment_id = ${parameters.of(environmentId, 'uuid')}`,
    `x.experiment = ${parameters.of(experiment, 'text')}`,
    `x.phase = ${parameters.of(phase, 'integer')}`,
    `x.unit_attribute = ${parameters.of(unitAttribute, 'text')}`,
    // The phase tells that an exposure belongs here even when the sender's clock is wrong; this only prunes.
    `x.received_at >= ${parameters.of(receivedFromMicros, 'time')}`,
    ...(endedMicros === undefined ? [] : [`x.time < ${parameters.of(endedMicros, 'time')}`]),
  ];
  return `
SELECT x.unit AS unit, min(x.variant) AS variant, min(x.variant) <> max(x.variant) AS is_multiple,
  min(x.time) AS first_exposure
FROM exposures x
WHERE ${conditions.join('\n  AND ')}
GROUP BY x.unit`;
}

/** The numbers of each unit, the caps that follow from them, and their totals by variant. */
function numberTables(context: QueryContext): readonly CommonTable[] {
  const { analysis, dialect } = context;
  if (analysis.metrics.flatMap(columnsOf).length === 0) return [];
  const caps = analysis.metrics.flatMap((metric, index) => capOf(metric, index, dialect) ?? []);
  const totals = analysis.metrics.flatMap((metric, index) => totalsOf(metric, index, dialect));
  const numbers = { name: 'numbers', sql: numbersOf(context) };
  if (totals.length === 0) return [numbers];
  return [
    numbers,
    ...(caps.length === 0 ? [] : [{ name: 'caps', sql: `\nSELECT ${caps.join(',\n  ')}\nFROM numbers n` }]),
    {
      name: 'totals',
      sql: `
SELECT n.variant AS variant,
  ${totals.join(',\n  ')}
FROM numbers n${caps.length === 0 ? '' : '\nCROSS JOIN caps c'}
GROUP BY n.variant`,
    },
  ];
}

/** One row a unit that has events: its number for each metric. */
function numbersOf(context: QueryContext): string {
  const { analysis, parameters, dialect, conditions } = context;
  const columns = analysis.metrics.flatMap(columnsOf);
  // Parameters are numbered in the order in which they are asked for.
  const from = eventsOfUnits(context, [...new Set(columns.map(({ number }) => number.event))]);
  const numbers = columns.map((column) => `${numberOf(column, conditions, parameters, dialect)} AS ${column.name}`);
  const needsUnit = analysis.metrics.some(({ summary }) => summary === 'quantile');
  return `
SELECT ${needsUnit ? 'u.unit AS unit, ' : ''}u.variant AS variant,
  ${numbers.join(',\n  ')}
${from}
GROUP BY u.unit, u.variant`;
}

function resultOf(metrics: readonly MetricPlan[]): string {
  const columns = metrics.flatMap((metric, index) => [
    ...(metric.matured ? [`s.m${index}_units AS m${index}_units`] : []),
    ...METRIC_COLUMNS[metric.summary].map(
      (column) => `coalesce(${tableOf(metric, index)}.m${index}_${column}, 0) AS m${index}_${column}`,
    ),
  ]);
  const joined = [...new Set(metrics.map(tableOf))].map((alias) => {
    const table = alias === 't' ? 'totals' : alias;
    return `LEFT JOIN ${table}${table === alias ? '' : ` ${alias}`} ON ${alias}.variant = s.variant\n`;
  });
  const selected = ['s.variant AS variant, s.units AS units', ...columns].join(',\n  ');
  return `SELECT ${selected}
FROM sizes s
${joined.join('')}ORDER BY s.variant`;
}

/** Where the result finds the columns of a metric. */
function tableOf(metric: MetricPlan, index: number): string {
  if (metric.summary === 'quantile') return `m${index}_quantiles`;
  return metric.number.aggregation === 'funnel' ? `m${index}_funnel` : 't';
}

function indented(sql: string): string {
  return sql.replaceAll('\n', '\n  ');
}
