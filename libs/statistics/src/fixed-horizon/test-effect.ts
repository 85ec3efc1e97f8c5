import type { EffectEstimate } from '../estimators/index.js';
import { withinRange } from '../result/index.js';
import type { Outcome } from '../result/index.js';
import { referenceDistribution } from './reference-distribution.js';
import type { ReferenceDistribution } from './reference-distribution.js';
import { planTest, runTest } from './run-test.js';
import type { TestPlan } from './run-test.js';
import type { TestMethod, TestOptions, TestResult } from './test-result.js';

/**
 * Fixed-horizon test of an effect: statistic = (estimate - null value) / standardError, compared with Student's t at
 * Welch-Satterthwaite degrees of freedom (default) or the normal distribution. Works for every estimator, adjusted or
 * not, on either scale. An effect that is not estimable passes through.
 *
 * @throws StatisticsError on alpha outside (0, 1), alpha of 0.5 or more for a one-sided or equivalence test, a negative
 * margin or equivalence bounds that do not ascend.
 */
export function testEffect(effect: Outcome<EffectEstimate>, options: TestOptions = {}): Outcome<TestResult> {
  const plan = planTest(options);
  if (!effect.estimable) return effect;
  const reference = referenceDistribution(options.reference ?? 't', effect.degreesOfFreedom);
  return waldTest(effect, plan, reference);
}

/** {@link testEffect} with a plan and a distribution at hand, which two scales of one metric share. */
export function waldTest(
  effect: Outcome<EffectEstimate>,
  plan: TestPlan,
  distribution: ReferenceDistribution,
): Outcome<TestResult> {
  if (!effect.estimable) return effect;
  const { scale, estimate, standardError, controlValue, treatmentValue } = effect;
  const statistic = (nullValue: number): number => (estimate - nullValue) / standardError;
  const least = scale === 'relative' && effect.isNonNegative === true ? -1 : Number.NEGATIVE_INFINITY;
  const within = (critical: number) => ({
    lower: Math.max(least, estimate - critical * standardError),
    upper: Math.max(least, estimate + critical * standardError),
  });
  const method = methodOf(distribution, effect.isPooled);
  const pivot = {
    method,
    scale,
    estimate,
    standardError,
    controlValue,
    treatmentValue,
    distribution,
    statistic,
    within,
  };
  return requireFiniteResult(runTest(pivot, plan));
}

/** The name of a test on this distribution. */
export function methodOf({ degreesOfFreedom }: ReferenceDistribution, isPooled = false): TestMethod {
  if (degreesOfFreedom === null) return 'z';
  return isPooled ? 'pooled-t' : 'welch-t';
}

/** Guards the promise that a result holds finite numbers only. */
export function requireFiniteResult(result: TestResult): Outcome<TestResult> {
  return withinRange(result, result.statistic, result.interval.lower ?? 0, result.interval.upper ?? 0);
}
