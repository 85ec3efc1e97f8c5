import { requireProbability } from '../result/index.js';
import type { Estimable, Outcome } from '../result/index.js';
import type { ErrorRates, RuleTest, RuleWithErrors, TestRule } from './rule.js';

/** The p-value of a test from whatever method was planned: fixed-horizon, group sequential or always valid. */
export interface Evidence extends Estimable {
  /** In [0, 1]. */
  readonly pValue: number;
}

/** Finds the evidence for a test of a metric; undefined when it was not run. */
export type EvidenceFor = (metric: string, test: RuleTest) => Outcome<Evidence> | undefined;

/** A node with the verdict on it. */
export type EvaluatedRule =
  | (TestRule & ErrorRates & Verdict)
  | (ErrorRates & Verdict & { readonly kind: 'all' | 'any'; readonly rules: readonly EvaluatedRule[] });

export interface Verdict {
  /** Whether the node holds at its alpha. Without evidence it does not. */
  readonly holds: boolean;
  /**
   * The least alpha of the node at which it would hold: of a test its p-value, of `all` the largest below, of `any` the
   * smallest below times their number. Null without evidence.
   */
  readonly pValue: number | null;
}

/** Evaluates a rule bottom-up. */
export function evaluateRule(rule: RuleWithErrors, evidenceFor: EvidenceFor): EvaluatedRule {
  if (rule.kind === 'test') {
    const evidence = evidenceFor(rule.metric, rule.test);
    const pValue = evidence?.estimable
      ? requireProbability(`${rule.metric}.${rule.test}.pValue`, evidence.pValue)
      : null;
    return { ...rule, pValue, holds: pValue !== null && pValue <= rule.alpha };
  }
  const rules = rule.rules.map((child) => evaluateRule(child, evidenceFor));
  const pValues = rules.map(({ pValue }) => pValue);
  const { kind } = rule;
  if (kind === 'all') {
    const pValue = pValues.includes(null) ? null : Math.max(...pValues.map((p) => p ?? 1));
    return { ...rule, rules, pValue, holds: rules.every(({ holds }) => holds) };
  }
  const known = pValues.filter((p) => p !== null);
  const pValue = known.length === 0 ? null : Math.min(1, rules.length * Math.min(...known));
  return { ...rule, rules, pValue, holds: rules.some(({ holds }) => holds) };
}
