import { absoluteDifference, count, pairArms, pairMeans, ratio, relativeDifference } from '../estimators/index.js';
import type { ArmPair } from '../estimators/index.js';
import type { JointMoments, Moments } from '../moments/index.js';
import type { Outcome } from '../result/index.js';
import { referenceDistribution } from './reference-distribution.js';
import { planTest } from './run-test.js';
import { waldTest } from './test-effect.js';
import type { TestOptions, TestResult } from './test-result.js';
import { testProportions } from './test-proportions.js';
import { testRelativeFieller } from './test-relative-fieller.js';

/** Both readings of one treatment against control; each is estimable or says why not on its own. */
export interface VariantComparison {
  readonly absolute: Outcome<TestResult>;
  readonly relative: Outcome<TestResult>;
}

/** One metric of two arms, as a warehouse delivers it. */
export type MetricMoments =
  | { readonly kind: 'mean' | 'count'; readonly control: Moments; readonly treatment: Moments }
  | { readonly kind: 'proportion'; readonly control: Moments; readonly treatment: Moments }
  | { readonly kind: 'ratio'; readonly control: JointMoments; readonly treatment: JointMoments };

export interface CompareOptions extends TestOptions {
  /**
   * How the relative interval of a mean, count or ratio is made. Default `fieller`, whose p-value and decision are those
   * of the absolute difference; with `delta` the two may disagree near the edge.
   */
  readonly relativeMethod?: 'delta' | 'fieller';
}

/**
 * Compares treatment with control on one metric: difference, relative difference, interval and p-value (default options:
 * two-sided, alpha 0.05). Means, counts and ratios by Welch's test, means of which few values are not 0 as `pairMeans`
 * says; proportions by the score test, see `testProportions`. For an adjusted metric build the pair by
 * `regressionAdjust`, `cuped` or `postStratify` and use {@link comparePair}. A margin or bound of the hypothesis is read
 * on either scale as it stands.
 *
 * @throws StatisticsError on moments that no data has or options outside their ranges.
 */
export function compareVariants(metric: MetricMoments, options: CompareOptions = {}): VariantComparison {
  if (metric.kind === 'proportion') return testProportions(metric.control, metric.treatment, options);
  return comparePair(pairOf(metric), options);
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
      options.relativeMethod === 'delta'
        ? waldTest(relativeDifference(pair), plan, distribution)
        : testRelativeFieller(pair, options),
  };
}

function pairOf(metric: Exclude<MetricMoments, { readonly kind: 'proportion' }>): Outcome<ArmPair> {
  switch (metric.kind) {
    case 'mean':
      return pairMeans(metric.control, metric.treatment);
    case 'count':
      return pairCounts(metric.control, metric.treatment);
    case 'ratio':
      return pairArms(ratio(metric.control, 'control'), ratio(metric.treatment, 'treatment'));
  }
}

/** No count is below 0. */
function pairCounts(control: Moments, treatment: Moments): Outcome<ArmPair> {
  const checked = pairArms(count(control, 'control'), count(treatment, 'treatment'));
  return checked.estimable ? pairMeans({ ...control, negative: 0 }, { ...treatment, negative: 0 }) : checked;
}
