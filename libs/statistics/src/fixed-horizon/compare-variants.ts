import {
  absoluteDifference,
  count,
  mean,
  pairArms,
  proportion,
  ratio,
  relativeDifference,
} from '../estimators/index.js';
import type { ArmEstimate, ArmPair } from '../estimators/index.js';
import type { JointMoments, Moments } from '../moments/index.js';
import type { Outcome } from '../result/index.js';
import { referenceDistribution } from './reference-distribution.js';
import { planTest } from './run-test.js';
import { waldTest } from './test-effect.js';
import type { TestOptions, TestResult } from './test-result.js';
import { testRelativeFieller } from './test-relative-fieller.js';

/** Both readings of one treatment against control; each is estimable or says why not on its own. */
export interface VariantComparison {
  readonly absolute: Outcome<TestResult>;
  readonly relative: Outcome<TestResult>;
}

/** One metric of two arms, as a warehouse delivers it. */
export type MetricMoments =
  | { readonly kind: 'mean' | 'proportion' | 'count'; readonly control: Moments; readonly treatment: Moments }
  | { readonly kind: 'ratio'; readonly control: JointMoments; readonly treatment: JointMoments };

export interface CompareOptions extends TestOptions {
  /** How the relative interval is made; default `delta`. */
  readonly relativeMethod?: 'delta' | 'fieller';
}

/**
 * Compares treatment with control on one metric: difference, relative difference, interval and p-value by Welch's test
 * (default options: two-sided, alpha 0.05). For an adjusted metric build the pair by `regressionAdjust`, `cuped` or
 * `postStratify` and use {@link comparePair}. A margin or bound of the hypothesis is read on either scale as it stands.
 *
 * @throws StatisticsError on moments that no data has or options outside their ranges.
 */
export function compareVariants(metric: MetricMoments, options: CompareOptions = {}): VariantComparison {
  return comparePair(pairArms(estimateArm(metric, 'control'), estimateArm(metric, 'treatment')), options);
}

/** Compares a pair of arm estimates on the absolute and the relative scale. Errors as {@link compareVariants}. */
export function comparePair(pair: Outcome<ArmPair>, options: CompareOptions = {}): VariantComparison {
  const plan = planTest(options);
  const difference = absoluteDifference(pair);
  if (!difference.estimable) return { absolute: difference, relative: difference };
  const distribution = referenceDistribution(options.reference ?? 't', difference.degreesOfFreedom);
  return {
    absolute: waldTest(difference, plan, distribution),
    relative:
      options.relativeMethod === 'fieller'
        ? testRelativeFieller(pair, options)
        : waldTest(relativeDifference(pair), plan, distribution),
  };
}

function estimateArm(metric: MetricMoments, arm: 'control' | 'treatment'): Outcome<ArmEstimate> {
  switch (metric.kind) {
    case 'mean':
      return mean(metric[arm], arm);
    case 'proportion':
      return proportion(metric[arm], arm);
    case 'count':
      return count(metric[arm], arm);
    case 'ratio':
      return ratio(metric[arm], arm);
  }
}
