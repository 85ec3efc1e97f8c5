import { requireOpenUnit, StatisticsError } from '../result/index.js';

/** What a metric must show. */
export type RuleTest = 'superiority' | 'non-inferiority' | 'equivalence';

/** One metric must show one thing. */
export interface TestRule {
  readonly kind: 'test';
  readonly metric: string;
  readonly test: RuleTest;
}

/** All of the rules must hold: an intersection-union test. */
export interface AllRule {
  readonly kind: 'all';
  readonly rules: readonly Rule[];
}

/** At least one of the rules must hold: a union-intersection test. */
export interface AnyRule {
  readonly kind: 'any';
  readonly rules: readonly Rule[];
}

/** When a treatment is good enough, as a tree over tests of metrics. */
export type Rule = TestRule | AllRule | AnyRule;

/** A rule with the share of both error rates that each node got. */
export type RuleWithErrors =
  (TestRule & ErrorRates) | (ErrorRates & { readonly kind: 'all' | 'any'; readonly rules: readonly RuleWithErrors[] });

export interface ErrorRates {
  /** Level of the node: the chance that it holds although it should not is at most this. */
  readonly alpha: number;
  /** The chance that the node does not hold although it should is at most this when every test below has this power. */
  readonly beta: number;
}

/**
 * Shows how alpha and beta are split over a rule.
 *
 * - `any`: alpha is divided by the number of rules (Bonferroni), beta is passed on: the node holds at least as often as
 *   its one true rule.
 * - `all`: alpha is passed on, for one false rule below its own level keeps the node below it; beta is divided by the
 *   number of rules (union bound), for each must succeed.
 *
 * (Schultzberg, Ankargren & Franberg 2024, arXiv 2402.11609, section 3.)
 *
 * @param alpha in (0, 1).
 * @param beta in (0, 1), 1 - power.
 * @throws StatisticsError on error rates outside (0, 1) or a node without rules.
 */
export function splitErrorRates(rule: Rule, alpha: number, beta: number): RuleWithErrors {
  requireOpenUnit('alpha', alpha);
  requireOpenUnit('beta', beta);
  return split(rule, alpha, beta, 'rule');
}

/** The tests of a rule from left to right, with their error rates. */
export function testsOf(rule: RuleWithErrors): readonly (TestRule & ErrorRates)[] {
  return rule.kind === 'test' ? [rule] : rule.rules.flatMap(testsOf);
}

function split(rule: Rule, alpha: number, beta: number, path: string): RuleWithErrors {
  if (rule.kind === 'test') return { ...rule, alpha, beta };
  const count = rule.rules.length;
  if (count === 0) throw new StatisticsError(`${path}.rules.length`, count, 'be at least 1');
  const [childAlpha, childBeta] = rule.kind === 'any' ? [alpha / count, beta] : [alpha, beta / count];
  const rules = rule.rules.map((child, i) => split(child, childAlpha, childBeta, `${path}.rules[${i}]`));
  return { kind: rule.kind, alpha, beta, rules };
}
