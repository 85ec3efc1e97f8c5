import { requireProbability } from '../result/index.js';
import type { Outcome } from '../result/index.js';
import type { DecisionPlan } from './decision-plan.js';
import { evaluateRule } from './evaluate-rule.js';
import type { EvaluatedRule, Evidence } from './evaluate-rule.js';
import type { MetricEvidence } from './gather-evidence.js';

/** What to do with a treatment. */
export type Recommendation = 'ship' | 'continue' | 'end' | 'abort';

export type ReasonCode =
  | 'QUALITY_FAILED'
  | 'DETERIORATED'
  | 'RULE_HOLDS'
  | 'NO_SUCCESS_METRIC_SUPERIOR'
  | 'GUARDRAIL_NOT_NON_INFERIOR'
  | 'RULE_DOES_NOT_HOLD'
  | 'SAMPLE_NOT_COMPLETE'
  | 'NOT_ESTIMABLE';

/** One reason for a recommendation, for a program and for a person. */
export interface Reason {
  readonly code: ReasonCode;
  /** The metric or quality test concerned, if one is. */
  readonly key: string | null;
  readonly detail: string;
}

/** What is known about a treatment at a look. */
export interface DecisionEvidence {
  readonly metrics: Readonly<Record<string, MetricEvidence>>;
  /** By key of the quality test. One that is missing or not estimable does not fail, and is said. */
  readonly quality: Readonly<Record<string, Outcome<Evidence>>>;
  /** The planned sample or the last planned look is reached. */
  readonly isComplete: boolean;
  /** Success metrics that have reached their planned power, which may be before the sample is complete. */
  readonly powered?: readonly string[];
}

export interface Decision {
  readonly recommendation: Recommendation;
  /** At least one, the deciding ones first. */
  readonly reasons: readonly [Reason, ...Reason[]];
  /** The rule with the verdict on each node. */
  readonly rule: EvaluatedRule;
}

/**
 * Recommends what to do with a treatment:
 *
 * - abort: a quality test fails at its level, or a metric deteriorates at the plan's level;
 * - ship: the rule holds (under `upon-conclusion` only once the sample is complete);
 * - end: the sample is complete, or every success metric has reached its power and none is superior, and the rule does
 *   not hold;
 * - continue: otherwise.
 *
 * @throws StatisticsError on a p-value outside [0, 1].
 */
export function decide(plan: DecisionPlan, evidence: DecisionEvidence): Decision {
  const rule = evaluateRule(plan.rule, (metric, test) => evidence.metrics[metric]?.[test]);
  const alarms = [...failedQuality(plan, evidence), ...deteriorations(plan, evidence)];
  const gaps = missingEvidence(plan, evidence);
  const [firstAlarm, ...otherAlarms] = alarms;
  if (firstAlarm) return { recommendation: 'abort', reasons: [firstAlarm, ...otherAlarms, ...gaps], rule };

  const counts = plan.evaluation === 'continuous' || evidence.isComplete;
  if (counts && rule.holds) {
    const detail = `the rule holds at level ${rule.alpha}, p = ${rule.pValue ?? 'unknown'}`;
    return { recommendation: 'ship', reasons: [{ code: 'RULE_HOLDS', key: null, detail }, ...gaps], rule };
  }
  const shortfalls = counts ? unmet(rule) : [];
  if (evidence.isComplete || isFutile(plan, evidence, rule)) {
    const [first = ruleDoesNotHold(rule), ...rest] = shortfalls;
    return { recommendation: 'end', reasons: [first, ...rest, ...gaps], rule };
  }
  const waiting: Reason = { code: 'SAMPLE_NOT_COMPLETE', key: null, detail: 'the planned sample is not complete' };
  return { recommendation: 'continue', reasons: [waiting, ...shortfalls, ...gaps], rule };
}

function failedQuality(plan: DecisionPlan, { quality }: DecisionEvidence): readonly Reason[] {
  return plan.design.quality.flatMap(({ key, alpha }) => {
    const outcome = quality[key];
    if (!rejects(outcome, alpha, `quality.${key}`)) return [];
    return [{ code: 'QUALITY_FAILED' as const, key, detail: atLevel(`quality test "${key}" fails`, outcome, alpha) }];
  });
}

function deteriorations(plan: DecisionPlan, { metrics }: DecisionEvidence): readonly Reason[] {
  const alpha = plan.deteriorationAlpha;
  return [...plan.design.success, ...plan.design.guardrails].flatMap(({ key }) => {
    const outcome = metrics[key]?.deterioration;
    if (!rejects(outcome, alpha, `${key}.deterioration`)) return [];
    return [{ code: 'DETERIORATED' as const, key, detail: atLevel(`metric "${key}" deteriorates`, outcome, alpha) }];
  });
}

/** Every success metric had its chance and none improved. Nothing that a fixed sample has to wait for. */
function isFutile(plan: DecisionPlan, evidence: DecisionEvidence, rule: EvaluatedRule): boolean {
  const powered = new Set(evidence.powered ?? []);
  const keys = plan.design.success.map(({ key }) => key);
  if (plan.evaluation !== 'continuous' || keys.length === 0) return false;
  return keys.every((key) => powered.has(key)) && !superiorityTests(rule).some(({ holds }) => holds);
}

function unmet(rule: EvaluatedRule): readonly Reason[] {
  if (rule.holds) return [];
  if (rule.kind === 'all') return rule.rules.flatMap(unmet);
  const detail = `p = ${rule.pValue ?? 'unknown'} is above the level ${rule.alpha}`;
  if (rule.kind === 'test' && rule.test === 'non-inferiority') {
    const shown = `metric "${rule.metric}" is not shown to be non-inferior: ${detail}`;
    return [{ code: 'GUARDRAIL_NOT_NON_INFERIOR', key: rule.metric, detail: shown }];
  }
  if (superiorityTests(rule).length > 0) {
    const key = rule.kind === 'test' ? rule.metric : null;
    return [
      { code: 'NO_SUCCESS_METRIC_SUPERIOR', key, detail: `no success metric is shown to be superior: ${detail}` },
    ];
  }
  return [ruleDoesNotHold(rule)];
}

function superiorityTests(rule: EvaluatedRule): readonly EvaluatedRule[] {
  if (rule.kind !== 'test') return rule.rules.flatMap(superiorityTests);
  return rule.test === 'superiority' ? [rule] : [];
}

function ruleDoesNotHold({ pValue, alpha }: EvaluatedRule): Reason {
  const detail = `the rule does not hold at level ${alpha}, p = ${pValue ?? 'unknown'}`;
  return { code: 'RULE_DOES_NOT_HOLD', key: null, detail };
}

function missingEvidence(plan: DecisionPlan, { metrics, quality }: DecisionEvidence): readonly Reason[] {
  const ofMetrics = [...plan.design.success, ...plan.design.guardrails].map(({ key }) => ({
    key,
    outcome: metrics[key]?.deterioration,
  }));
  const ofQuality = plan.design.quality.map(({ key }) => ({ key, outcome: quality[key] }));
  return [...ofQuality, ...ofMetrics].flatMap(({ key, outcome }) => {
    if (outcome?.estimable) return [];
    return [{ code: 'NOT_ESTIMABLE' as const, key, detail: outcome?.detail ?? `there is no evidence on "${key}"` }];
  });
}

function rejects(outcome: Outcome<Evidence> | undefined, alpha: number, field: string): boolean {
  return outcome?.estimable === true && requireProbability(`${field}.pValue`, outcome.pValue) <= alpha;
}

function atLevel(what: string, outcome: Outcome<Evidence> | undefined, alpha: number): string {
  return `${what} at level ${alpha}, p = ${outcome?.estimable ? outcome.pValue : 'unknown'}`;
}
