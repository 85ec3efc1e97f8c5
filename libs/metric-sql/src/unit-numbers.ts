import type { EventConditions } from './event-conditions.js';
import type { MetricPlan, NumberCap, UnitNumber } from './experiment-analysis.js';
import type { ParameterList } from './parameter-list.js';
import type { SqlDialect } from './sql-dialect.js';

/** Largest size of a unit's number, so that sums of squares of any number of units are no Infinity. */
export const LARGEST_NUMBER = '1e100';
const BEYOND_RANGE = '1e101';

/** A number of each unit that has events, as a column of the common table `numbers`. */
export interface NumberColumn {
  readonly name: string;
  readonly number: UnitNumber;
  readonly plan: MetricPlan;
}

/** The columns of a metric; a funnel has a table of its own. */
export function columnsOf(plan: MetricPlan, index: number): readonly NumberColumn[] {
  const { number } = plan;
  if (number.aggregation === 'funnel') return [];
  return [
    { name: `m${index}`, number, plan },
    ...(plan.summary === 'pair' ? [{ name: `m${index}b`, number: plan.second, plan }] : []),
  ];
}

/** A column of `numbers` as a floating-point number; null where the unit does not count. */
export function columnAsDouble(column: string, plan: MetricPlan, dialect: SqlDialect): string {
  const isOptional = plan.matured !== undefined || plan.leavesOutUnitsWithoutEvents === true;
  return `CAST(n.${column} AS ${isOptional ? dialect.optionalDouble : dialect.double})`;
}

/** The expression of a unit's number, over the events of the unit; null where the unit does not count. */
export function numberOf(
  { number, plan }: NumberColumn,
  conditions: EventConditions,
  parameters: ParameterList,
  dialect: SqlDialect,
): string {
  const counts = [...conditions.ofEvent(number), ...conditions.inWindow(number)].join(' AND ');
  const aggregate = aggregateOf(number, counts, conditions);
  const capped = number.cap ? withinCap(`CAST(${aggregate} AS ${dialect.double})`, number.cap, parameters) : aggregate;
  const requirements = [
    ...(plan.matured ? [`min(CASE WHEN ${conditions.hasMatured(plan.matured)} THEN 1 ELSE 0 END) = 1`] : []),
    ...(plan.leavesOutUnitsWithoutEvents ? [hasEvents(plan, conditions)] : []),
  ];
  return requirements.length === 0 ? capped : `CASE WHEN ${requirements.join(' AND ')} THEN ${capped} END`;
}

function hasEvents({ number }: MetricPlan, conditions: EventConditions): string {
  if (number.aggregation === 'funnel') return '1 = 1';
  const counts = [...conditions.ofEvent(number), ...conditions.inWindow(number)].join(' AND ');
  return `max(CASE WHEN ${counts} THEN 1 ELSE 0 END) = 1`;
}

function aggregateOf({ aggregation, property = '' }: UnitNumber, counts: string, conditions: EventConditions): string {
  switch (aggregation) {
    case 'any':
      return `max(CASE WHEN ${counts} THEN 1.0 ELSE 0.0 END)`;
    case 'count':
      return `sum(CASE WHEN ${counts} THEN 1.0 ELSE 0.0 END)`;
    case 'distinct':
      return `count(DISTINCT CASE WHEN ${counts} THEN ${conditions.valueOf(property)} END)`;
    case 'sum':
      return `sum(CASE WHEN ${counts} THEN ${withinRange('coalesce(e.value, 0.0)')} ELSE 0.0 END)`;
  }
}

/**
 * Cuts a value off beyond the largest that a unit's number may have: sums of such values can not overflow, and a unit with
 * one of them is seen to be out of range.
 */
function withinRange(value: string): string {
  return `greatest(-${BEYOND_RANGE}, least(${BEYOND_RANGE}, ${value}))`;
}

function withinCap(number: string, { lower, upper }: NumberCap, parameters: ParameterList): string {
  const below = upper === undefined ? number : `least(${parameters.of(upper, 'double')}, ${number})`;
  return lower === undefined ? below : `greatest(${parameters.of(lower, 'double')}, ${below})`;
}
