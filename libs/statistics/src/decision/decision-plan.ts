import type { Direction } from '../fixed-horizon/index.js';
import { requireNonNegative, requireOpenUnit, requirePositive, StatisticsError } from '../result/index.js';
import { splitErrorRates, testsOf } from './rule.js';
import type { Rule, RuleWithErrors } from './rule.js';

/** A metric that the treatment is meant to move. */
export interface SuccessMetric {
  readonly key: string;
  /** The direction that is good. */
  readonly preferred: Direction;
}

/** A metric that must not get worse. */
export interface GuardrailMetric {
  readonly key: string;
  /** The direction that is good. */
  readonly preferred: Direction;
  /** Largest acceptable loss, 0 or more, on the scale of the effect. Null: only watched for deterioration. */
  readonly margin: number | null;
}

/** A test of the experiment itself, such as the sample ratio. */
export interface QualityTest {
  readonly key: string;
  /** Chance of a false alarm, in (0, 1). */
  readonly alpha: number;
}

export interface DecisionDesign {
  readonly success: readonly SuccessMetric[];
  readonly guardrails: readonly GuardrailMetric[];
  readonly quality: readonly QualityTest[];
  /** Chance to ship a treatment that should not be. Default 0.05. */
  readonly alpha?: number;
  /** Chance not to ship a treatment that should be. Default 0.2, a power of 80 percent. */
  readonly beta?: number;
  /** Chance that any deterioration test of a treatment raises a false alarm. Default 0.01. */
  readonly deteriorationAlpha?: number;
  /** Treatments compared with control; each decision gets alpha divided by it. Default 1. */
  readonly treatments?: number;
  /** Replaces the default rule: any success metric superior and all guardrails with a margin non-inferior. */
  readonly rule?: Rule;
  /**
   * `continuous`: p-values are valid at every look (sequential). `upon-conclusion`: tests of the rule count only once
   * the planned sample is complete; deterioration and quality are still watched, by sequential tests. Default.
   */
  readonly evaluation?: 'continuous' | 'upon-conclusion';
}

/** A design with every error rate settled. */
export interface DecisionPlan {
  readonly design: DecisionDesign;
  readonly evaluation: 'continuous' | 'upon-conclusion';
  /** The rule with the level and 1 - power of each of its tests. Plan sample sizes by these. */
  readonly rule: RuleWithErrors;
  /** Level of the deterioration test of each metric. */
  readonly deteriorationAlpha: number;
  /** How beta was spent. The parts sum to the beta of the design. */
  readonly betaSpent: {
    /** Left for the rule as a whole. */
    readonly rule: number;
    /** False alarms of the deterioration tests. */
    readonly deterioration: number;
    /** False alarms of the quality tests. */
    readonly quality: number;
  };
}

/**
 * Plans the risk-aware decision of Schultzberg, Ankargren & Franberg (2024, arXiv 2402.11609): ship if at least one of S
 * success metrics is superior at level alpha / S, every one of G guardrails is non-inferior at the unadjusted alpha, no
 * metric deteriorates and no quality test fails.
 *
 * Alpha is not adjusted for guardrails, deterioration or quality: each can only prevent a ship. Power is: a treatment
 * that should ship is held back when the success side fails, a guardrail fails, or a deterioration or quality test
 * raises a false alarm. By the union bound the chance of that is at most (G + 1) beta' + a_D + a_Q, so every test of the
 * rule is powered at
 *
 *     beta' = (beta - a_D - a_Q) / (G + 1)
 *
 * with a_D the false-alarm rate of all deterioration tests together (split evenly over the metrics) and a_Q the sum of
 * the levels of the quality tests. Without success metrics the divisor is G. (Section 3.4 of the paper for the guardrails,
 * section 4 for deterioration and quality.)
 *
 * @throws StatisticsError on error rates outside (0, 1), no success metric and no guardrail with a margin, repeated
 * keys, a rule over unknown metrics, or false-alarm rates that use up beta.
 */
export function planDecision(design: DecisionDesign): DecisionPlan {
  const { alpha = 0.05, beta = 0.2, deteriorationAlpha = 0.01, treatments = 1 } = design;
  requireOpenUnit('alpha', alpha);
  requireOpenUnit('beta', beta);
  requireOpenUnit('deteriorationAlpha', deteriorationAlpha);
  requirePositive('treatments', treatments);
  const metrics = [...design.success, ...design.guardrails];
  requireDistinct('success, guardrails', metrics);
  requireDistinct('quality', design.quality);
  design.guardrails.forEach(({ key, margin }) => {
    if (margin !== null) requireNonNegative(`guardrails.${key}.margin`, margin);
  });
  const quality = design.quality.reduce(
    (sum, test) => sum + requireOpenUnit(`quality.${test.key}.alpha`, test.alpha),
    0,
  );
  const rule = design.rule ?? riskAwareRule(design);
  const left = beta - deteriorationAlpha - quality;
  if (!(left > 0)) {
    const spent = `${deteriorationAlpha} of deterioration and ${quality} of quality tests`;
    throw new StatisticsError('beta', beta, `exceed the false-alarm rates it has to cover, ${spent}`);
  }
  const plan: DecisionPlan = {
    design,
    evaluation: design.evaluation ?? 'upon-conclusion',
    rule: splitErrorRates(rule, alpha / treatments, left),
    deteriorationAlpha: deteriorationAlpha / metrics.length,
    betaSpent: { rule: left, deterioration: deteriorationAlpha, quality },
  };
  requireKnownMetrics(plan.rule, new Set(metrics.map(({ key }) => key)));
  return plan;
}

/** Any success metric superior, and every guardrail that has a margin non-inferior. */
function riskAwareRule({ success, guardrails }: DecisionDesign): Rule {
  const superior = success.map(({ key }): Rule => ({ kind: 'test', metric: key, test: 'superiority' }));
  const nonInferior = guardrails
    .filter(({ margin }) => margin !== null)
    .map(({ key }): Rule => ({ kind: 'test', metric: key, test: 'non-inferiority' }));
  const rules: readonly Rule[] = superior.length > 0 ? [{ kind: 'any', rules: superior }, ...nonInferior] : nonInferior;
  if (rules.length === 0) {
    throw new StatisticsError('success', [], 'hold a metric when no guardrail has a margin');
  }
  return { kind: 'all', rules };
}

function requireDistinct(field: string, list: readonly { readonly key: string }[]): void {
  const keys = list.map(({ key }) => key);
  if (new Set(keys).size !== keys.length) throw new StatisticsError(field, keys, 'hold each key once');
}

function requireKnownMetrics(rule: RuleWithErrors, known: ReadonlySet<string>): void {
  for (const { metric } of testsOf(rule)) {
    if (!known.has(metric)) throw new StatisticsError('rule', metric, 'name metrics of the design only');
  }
}
