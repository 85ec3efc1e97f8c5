import {
  decide,
  gatherEvidence,
  meanUnitVariance,
  normalCdf,
  planDecision,
  requiredSampleSize,
} from '@sortition/statistics';
import type { DecisionPlan, EffectEstimate, RuleWithErrors } from '@sortition/statistics';

import { normalEstimate } from '../models/normal-estimate.js';
import type { Random } from '../random.js';
import type { Measure, Study } from '../study.js';

const SUCCESS_EFFECT = 0.5;
const MARGIN = 0.4;
const unitVariance = meanUnitVariance({ control: 0.5, treatment: 0.5 }, 25);

const plan = planDecision({
  success: [
    { key: 'orders', preferred: 'increase' },
    { key: 'visits', preferred: 'increase' },
  ],
  guardrails: [
    { key: 'latency', preferred: 'increase', margin: MARGIN },
    { key: 'crashes', preferred: 'increase', margin: MARGIN },
  ],
  quality: [{ key: 'sample ratio', alpha: 0.01 }],
  alpha: 0.05,
  beta: 0.2,
  deteriorationAlpha: 0.01,
});

/** True effects by metric, with a name. */
interface Truth {
  readonly name: string;
  readonly effects: Readonly<Record<string, number>>;
  readonly measure: Measure;
}

const ship = (nominal: number, criterion: Measure['criterion']): Measure => ({
  name: 'recommends to ship',
  nominal,
  criterion,
});

const truths: readonly Truth[] = [
  {
    name: 'no success metric moves',
    effects: { orders: 0, visits: 0, latency: MARGIN, crashes: MARGIN },
    measure: ship(0.05, 'at-most'),
  },
  {
    name: 'success metrics improve, one guardrail is at its margin',
    effects: { orders: 2, visits: 2, latency: -MARGIN, crashes: MARGIN },
    measure: ship(0.05, 'at-most'),
  },
  {
    name: 'one success metric moves as planned, guardrails do not',
    effects: { orders: SUCCESS_EFFECT, visits: 0, latency: 0, crashes: 0 },
    measure: ship(0.8, 'at-least'),
  },
];

/** The decision rule on independent and on correlated metrics, each powered as the plan asks. */
export const decisionStudies: readonly Study[] = truths.flatMap((truth) =>
  [0, 0.5].map((correlation) => decisionStudy(truth, correlation)),
);

function decisionStudy({ name, effects, measure }: Truth, correlation: number): Study {
  const sizes = plannedSizes(plan);
  return {
    method: 'decision rule, 2 success metrics, 2 guardrails, 1 quality test',
    metric: `means, correlation ${correlation}`,
    adjustment: 'none',
    setting: name,
    measures: [measure],
    replications: { full: 20_000, short: 1000 },
    replicate(random) {
      const shared = Math.sqrt(correlation) * random.normal();
      const estimates = Object.fromEntries(
        Object.entries(effects).map(([key, effect]) => {
          const noise = shared + Math.sqrt(1 - correlation) * random.normal();
          return [key, normalEstimate(effect, Math.sqrt(unitVariance / (sizes[key] ?? 1)), noise)];
        }),
      );
      return [isShipped(estimates, random)];
    },
  };
}

function isShipped(estimates: Readonly<Record<string, EffectEstimate>>, random: Random): boolean {
  const quality = { 'sample ratio': { estimable: true, pValue: normalCdf(random.normal()) } } as const;
  const decision = decide(plan, { metrics: gatherEvidence(plan, estimates), quality, isComplete: true });
  return decision.recommendation === 'ship';
}

/** Units that give each metric the power that the plan asks of its test. */
function plannedSizes({ rule }: DecisionPlan): Readonly<Record<string, number>> {
  return Object.fromEntries(testsIn(rule).map(({ metric, test, alpha, beta }) => [metric, sizeOf(test, alpha, beta)]));
}

function sizeOf(test: string, alpha: number, beta: number): number {
  const design = { kind: 'fixed', alpha, sides: 'one' } as const;
  const hypothesis =
    test === 'superiority'
      ? ({ kind: 'superiority', effect: SUCCESS_EFFECT } as const)
      : ({ kind: 'non-inferiority', margin: MARGIN } as const);
  return requiredSampleSize({ design, hypothesis, unitVariance }, 1 - beta);
}

function testsIn(rule: RuleWithErrors): readonly Extract<RuleWithErrors, { readonly kind: 'test' }>[] {
  return rule.kind === 'test' ? [rule] : rule.rules.flatMap(testsIn);
}
