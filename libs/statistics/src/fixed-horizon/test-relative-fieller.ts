import { fiellerInterval, relativeDifference } from '../estimators/index.js';
import type { ArmPair } from '../estimators/index.js';
import type { Outcome } from '../result/index.js';
import { referenceDistribution } from './reference-distribution.js';
import { planTest, runTest } from './run-test.js';
import { methodOf, requireFiniteResult } from './test-effect.js';
import type { TestOptions, TestResult } from './test-result.js';

/**
 * Fixed-horizon test of the relative difference by Fieller's method: the null value d is tested through
 * T - C - d |C| with its own standard error sqrt(v_T - 2 r cov + r^2 v_C), r = 1 + d for a positive control (Fieller,
 * JRSS B 1954). Exact for normal means, asymmetric about the estimate, and for d = 0 the same p-value as the absolute
 * difference, which the delta method does not give. `standardError` is the delta method's, for reference. For a metric
 * that is known to be non-negative the interval ends at -100 percent.
 *
 * Not estimable when an arm does not vary, or when the control is not off 0 at the level of the interval (g >= 1), where
 * the interval is unbounded.
 *
 * @throws StatisticsError as {@link testEffect}.
 */
export function testRelativeFieller(pair: Outcome<ArmPair>, options: TestOptions = {}): Outcome<TestResult> {
  const plan = planTest(options);
  const effect = relativeDifference(pair, Math.min(0.999, 2 * plan.tail));
  if (!effect.estimable) return effect;
  if (!pair.estimable) return pair;
  const { control, treatment, covariance } = pair;
  const distribution = referenceDistribution(options.reference ?? 't', effect.degreesOfFreedom);
  const ratioInterval = fiellerInterval({
    numerator: treatment.value,
    numeratorVariance: treatment.variance,
    denominator: control.value,
    denominatorVariance: control.variance,
    covariance,
    criticalValue: distribution.criticalValue(plan.tail),
  });
  if (!ratioInterval.estimable) return ratioInterval;
  const sign = Math.sign(control.value);
  const bounds = [sign * (ratioInterval.lower - 1), sign * (ratioInterval.upper - 1)] as const;
  const statistic = (nullValue: number): number => {
    const r = 1 + sign * nullValue;
    const variance = treatment.variance - 2 * r * covariance + r * r * control.variance;
    return (treatment.value - r * control.value) / Math.sqrt(variance);
  };
  const least = effect.isNonNegative === true ? -1 : Number.NEGATIVE_INFINITY;
  const within = () => ({ lower: Math.max(least, Math.min(...bounds)), upper: Math.max(least, ...bounds) });
  const { scale, estimate, standardError, controlValue, treatmentValue } = effect;
  const method = methodOf(distribution, effect.isPooled);
  const common = { method, scale, estimate, standardError, controlValue, treatmentValue };
  return requireFiniteResult(runTest({ ...common, distribution, statistic, within }, plan));
}
