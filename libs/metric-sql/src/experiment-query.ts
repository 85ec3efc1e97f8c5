import type { ExperimentAnalysis, UnitNumber } from './experiment-analysis.js';
import { ParameterList } from './parameter-list.js';
import type { SqlDialect } from './sql-dialect.js';
import { METRIC_COLUMNS } from './sufficient-statistics.js';
import type { SqlQuery } from './sufficient-statistics.js';

/**
 * One query for everything about an experiment, whatever the number of its metrics: the exposures are read once and the
 * events once. It returns a row a variant with `variant`, `units` and the columns that METRIC_COLUMNS names for each
 * metric, and with `variant` null the units that saw more than one. The text depends on the shape of the analysis only;
 * what users wrote goes in as parameters.
 *
 * Nothing that was tracked makes the query fail or lose digits: spreads are summed up around the mean, and a number
 * beyond the range is counted and left out.
 *
 * Read the rows with `experimentStatistics`.
 */
export function experimentQuery(analysis: ExperimentAnalysis, dialect: SqlDialect): SqlQuery {
  const parameters = new ParameterList(dialect);
  const common = [`units ${dialect.materialized} (${indented(unitsOf(analysis, parameters))}\n)`];
  if (analysis.metrics.length > 0) {
    common.push(`numbers AS (${indented(numbersOf(analysis, parameters, dialect))}\n)`);
    common.push(`totals AS (${indented(totalsOf(analysis.metrics, dialect))}\n)`);
  }
  common.push(`sizes AS (${indented(SIZES)}\n)`);
  return { sql: `WITH ${common.join(',\n')}\n${resultOf(analysis.metrics)}`, parameters: parameters.values };
}

const SIZES = `
SELECT CASE WHEN u.is_multiple THEN NULL ELSE u.variant END AS variant, count(*) AS units
FROM units u
GROUP BY 1`;

/**
 * One row a unit. Columns are named with their table throughout: ClickHouse takes a bare name for an alias of the same
 * SELECT where there is one. The smallest and the largest variant differ exactly when a unit saw more than one.
 */
function unitsOf(analysis: ExperimentAnalysis, parameters: ParameterList): string {
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

/** One row a unit that has events: its number for each metric. */
function numbersOf(analysis: ExperimentAnalysis, parameters: ParameterList, dialect: SqlDialect): string {
  const { environmentId, unitAttribute, receivedFromMicros, endedMicros, metrics } = analysis;
  const unit = dialect.unitAt('e.units', parameters.of(unitAttribute, 'text'));
  const names = [...new Set(metrics.map(({ event }) => event))].map((name) => parameters.of(name, 'text'));
  const numbers = metrics.map((metric, index) => `${numberOf(metric, endedMicros, parameters, dialect)} AS m${index}`);
  return `
SELECT u.variant AS variant,
  ${numbers.join(',\n  ')}
FROM units u
JOIN events e ON ${unit} = u.unit AND e.time >= u.first_exposure
WHERE NOT u.is_multiple
  AND e.environment_id = ${parameters.of(environmentId, 'uuid')}
  AND e.name IN (${names.join(', ')})
  AND e.received_at >= ${parameters.of(receivedFromMicros, 'time')}
GROUP BY u.unit, u.variant`;
}

function numberOf(
  { aggregation, event, windowMicros }: UnitNumber,
  endedMicros: number | undefined,
  parameters: ParameterList,
  dialect: SqlDialect,
): string {
  const conditions = [`e.name = ${parameters.of(event, 'text')}`];
  if (windowMicros !== undefined) {
    const windowEnd = dialect.addMicros('u.first_exposure', parameters.of(windowMicros, 'integer'));
    conditions.push(`e.time < ${windowEnd}`);
  } else if (endedMicros !== undefined) {
    conditions.push(`e.time < ${parameters.of(endedMicros, 'time')}`);
  }
  const counts = conditions.join(' AND ');
  switch (aggregation) {
    case 'any':
      return `max(CASE WHEN ${counts} THEN 1.0 ELSE 0.0 END)`;
    case 'count':
      return `sum(CASE WHEN ${counts} THEN 1.0 ELSE 0.0 END)`;
    case 'sum':
      return `sum(CASE WHEN ${counts} THEN ${withinLimit('coalesce(e.value, 0.0)')} ELSE 0.0 END)`;
  }
}

/**
 * Cuts a value off beyond the largest that a unit's number may have: sums of such values can not overflow, and a unit with
 * one of them is seen to be out of range.
 */
function withinLimit(value: string): string {
  return `greatest(-${BEYOND_RANGE}, least(${BEYOND_RANGE}, ${value}))`;
}

/** Largest size of a unit's number, so that sums of squares of any number of units are no Infinity. */
const LARGEST_NUMBER = '1e100';
const BEYOND_RANGE = '1e101';

/** What is summed up of each metric's numbers, over the units that have events. */
function totalsOf(metrics: readonly UnitNumber[], dialect: SqlDialect): string {
  const columns = metrics.flatMap(({ aggregation }, index) => {
    const name = `m${index}`;
    const number = `CAST(n.${name} AS ${dialect.double})`;
    if (aggregation === 'any') return [`sum(${number}) AS ${name}_sum`];
    const usable = aggregation === 'sum' ? `CASE WHEN abs(${number}) <= ${LARGEST_NUMBER} THEN ${number} END` : number;
    return [
      `count(${usable}) AS ${name}_count`,
      `${dialect.exactSum(usable)} AS ${name}_sum`,
      `${dialect.variance(usable)} AS ${name}_variance`,
      `sum(CASE WHEN ${number} <> 0 THEN 1 ELSE 0 END) AS ${name}_non_zero`,
      `sum(CASE WHEN ${number} < 0 THEN 1 ELSE 0 END) AS ${name}_negative`,
      `count(*) - count(${usable}) AS ${name}_beyond`,
    ];
  });
  return `
SELECT n.variant AS variant,
  ${columns.join(',\n  ')}
FROM numbers n
GROUP BY n.variant`;
}

function resultOf(metrics: readonly UnitNumber[]): string {
  if (metrics.length === 0) return 'SELECT s.variant AS variant, s.units AS units\nFROM sizes s\nORDER BY s.variant';
  const columns = metrics.flatMap(({ aggregation }, index) =>
    METRIC_COLUMNS[aggregation === 'any' ? 'share' : 'number'].map(
      (column) => `coalesce(t.m${index}_${column}, 0) AS m${index}_${column}`,
    ),
  );
  return `SELECT s.variant AS variant, s.units AS units,
  ${columns.join(',\n  ')}
FROM sizes s
LEFT JOIN totals t ON t.variant = s.variant
ORDER BY s.variant`;
}

function indented(sql: string): string {
  return sql.replaceAll('\n', '\n  ');
}
