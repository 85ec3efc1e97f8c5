import type { EffectEstimate } from '../estimators/index.js';
import { testEffect } from '../fixed-horizon/index.js';
import type { Direction, Hypothesis } from '../fixed-horizon/index.js';
import { notEstimable } from '../result/index.js';
import type { Outcome } from '../result/index.js';
import type { Evidence } from './evaluate-rule.js';
import type { DecisionPlan } from './decision-plan.js';

/** P-values of one metric. */
export interface MetricEvidence {
  readonly superiority?: Outcome<Evidence>;
  readonly 'non-inferiority'?: Outcome<Evidence>;
  readonly equivalence?: Outcome<Evidence>;
  /** Of the one-sided test against the preferred direction. */
  readonly deterioration?: Outcome<Evidence>;
}

/**
 * One-sided fixed-horizon p-values of every metric of a plan from its effects: superiority of success metrics and
 * non-inferiority of guardrails in the preferred direction, deterioration of all. Right for one look at a planned end;
 * for several looks put sequential p-values in their place.
 *
 * @param effects by metric key, on the scale of the margins. A missing one counts as not estimable.
 */
export function gatherEvidence(
  plan: DecisionPlan,
  effects: Readonly<Record<string, Outcome<EffectEstimate>>>,
): Readonly<Record<string, MetricEvidence>> {
  const effectOf = (key: string): Outcome<EffectEstimate> =>
    effects[key] ?? notEstimable('NO_INFORMATION', `there is no effect of metric "${key}"`);
  const run = (key: string, hypothesis: Hypothesis): Outcome<Evidence> => testEffect(effectOf(key), { hypothesis });
  const superiority = (key: string, alternative: Direction) => run(key, { kind: 'superiority', alternative });
  const success = plan.design.success.map(({ key, preferred }): [string, MetricEvidence] => [
    key,
    { superiority: superiority(key, preferred), deterioration: superiority(key, opposite(preferred)) },
  ]);
  const guardrails = plan.design.guardrails.map(({ key, preferred, margin }): [string, MetricEvidence] => {
    const deterioration = superiority(key, opposite(preferred));
    if (margin === null) return [key, { deterioration }];
    return [key, { deterioration, 'non-inferiority': run(key, { kind: 'non-inferiority', preferred, margin }) }];
  });
  return Object.fromEntries([...success, ...guardrails]);
}

function opposite(direction: Direction): Direction {
  return direction === 'increase' ? 'decrease' : 'increase';
}
