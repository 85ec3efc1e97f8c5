import type { EventFilter, MetricPlan, UnitFunnel } from './experiment-analysis.js';
import { type CommonTable, eventsOfUnits, type QueryContext } from './query-context.js';

/**
 * The tables that count the units of a variant whose events take all steps of a funnel, none for other metrics: the events
 * of the steps, then step by step the earliest time at which a unit can take it after those before.
 */
export function funnelTables(plan: MetricPlan, index: number, context: QueryContext): readonly CommonTable[] {
  const { number } = plan;
  if (number.aggregation !== 'funnel') return [];
  const name = `m${index}`;
  const steps = number.steps.map((_, step): CommonTable => {
    const before = step === 0 ? `${name}_events` : `${name}_step${step - 1}`;
    const conditions = [`f.is${step} = 1`, ...afterSteps(number.steps, step)].join(' AND ');
    const time = `min(CASE WHEN ${conditions} THEN f.time END) OVER (PARTITION BY f.unit) AS at${step}`;
    return { name: `${name}_step${step}`, sql: `\nSELECT f.*,\n  ${time}\nFROM ${before} f` };
  });
  const last = number.steps.length - 1;
  return [
    { name: `${name}_events`, sql: eventsOf(number, plan, context) },
    ...steps,
    {
      name: `${name}_funnel`,
      sql: `
SELECT f.variant AS variant, count(DISTINCT CASE WHEN f.at${last} IS NOT NULL THEN f.unit END) AS ${name}_sum
FROM ${name}_step${last} f
GROUP BY f.variant`,
    },
  ];
}

function eventsOf(funnel: UnitFunnel, { matured }: MetricPlan, context: QueryContext): string {
  const { conditions } = context;
  const from = eventsOfUnits(context, [...new Set(funnel.steps.map(({ event }) => event))]);
  const steps = funnel.steps.map(
    (step, index) => `CASE WHEN ${conditions.ofEvent(step).join(' AND ')} THEN 1 ELSE 0 END AS is${index}`,
  );
  const further = [
    'e.time >= u.first_exposure',
    ...conditions.inWindow(funnel),
    ...(matured ? [conditions.hasMatured(matured)] : []),
  ];
  return `
SELECT u.unit AS unit, u.variant AS variant, e.time AS time,
  ${steps.join(',\n  ')}
${from}
  AND ${[...new Set(further)].join('\n  AND ')}`;
}

/** After the step before; strictly after every earlier step that the same event could have taken. */
function afterSteps(steps: readonly EventFilter[], step: number): readonly string[] {
  if (step === 0) return [];
  const same = steps.flatMap(({ event }, index) => (index < step && event === steps[step]?.event ? [index] : []));
  return [`f.time >= f.at${step - 1}`, ...same.map((index) => `f.time > f.at${index}`)];
}
