import type { MetricPlan } from './experiment-analysis.js';
import type { SqlDialect } from './sql-dialect.js';
import { columnAsDouble, LARGEST_NUMBER } from './unit-numbers.js';

/** What is summed up of a metric's numbers, over `n` (numbers) and `c` (caps); none for funnels and quantiles. */
export function totalsOf(plan: MetricPlan, index: number, dialect: SqlDialect): readonly string[] {
  const name = `m${index}`;
  const number = cappedNumber(plan, index, dialect);
  switch (plan.summary) {
    case 'quantile':
      return [];
    case 'share':
      return plan.number.aggregation === 'funnel' ? [] : [`sum(${number}) AS ${name}_sum`];
    case 'number': {
      const usable = plan.number.aggregation === 'sum' ? within([number], number) : number;
      return [
        `count(${usable}) AS ${name}_count`,
        `${dialect.exactSum(usable)} AS ${name}_sum`,
        `${dialect.variance(usable)} AS ${name}_variance`,
        `sum(CASE WHEN ${number} <> 0 THEN 1 ELSE 0 END) AS ${name}_non_zero`,
        `sum(CASE WHEN ${number} < 0 THEN 1 ELSE 0 END) AS ${name}_negative`,
        `count(${plan.leavesOutUnitsWithoutEvents || plan.matured ? number : '*'}) - count(${usable}) AS ${name}_beyond`,
      ];
    }
    case 'pair': {
      const second = columnAsDouble(`${name}b`, plan, dialect);
      const [one, other] = [number, second].map((each) => within([number, second], each));
      return [
        `count(${one}) AS ${name}_count`,
        `${dialect.exactSum(one ?? '')} AS ${name}_sum`,
        `${dialect.variance(one ?? '')} AS ${name}_variance`,
        `${dialect.exactSum(other ?? '')} AS ${name}_second_sum`,
        `${dialect.variance(other ?? '')} AS ${name}_second_variance`,
        `${dialect.covariance(one ?? '', other ?? '')} AS ${name}_covariance`,
        `count(${number}) - count(${one}) AS ${name}_beyond`,
      ];
    }
  }
}

/** The cap by quantile of a metric, over `n` (numbers) of all variants; undefined without one. */
export function capOf(plan: MetricPlan, index: number, dialect: SqlDialect): string | undefined {
  const level = capLevel(plan);
  if (level === undefined) return undefined;
  const number = columnAsDouble(`m${index}`, plan, dialect);
  const other = `CASE WHEN ${number} <> 0 THEN ${number} END`;
  return `CASE WHEN count(${other}) > 0 THEN ${dialect.quantile(other, level)} END AS m${index}_cap`;
}

function capLevel(plan: MetricPlan): number | undefined {
  return plan.number.aggregation === 'funnel' ? undefined : plan.number.cap?.upperQuantile;
}

function cappedNumber(plan: MetricPlan, index: number, dialect: SqlDialect): string {
  const number = columnAsDouble(`m${index}`, plan, dialect);
  return capLevel(plan) === undefined ? number : `least(${number}, coalesce(c.m${index}_cap, ${number}))`;
}

function within(numbers: readonly string[], number: string): string {
  const conditions = numbers.map((each) => `abs(${each}) <= ${LARGEST_NUMBER}`);
  return `CASE WHEN ${conditions.join(' AND ')} THEN ${number} END`;
}
