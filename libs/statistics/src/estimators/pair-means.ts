import { centredSquares, moments } from '../moments/index.js';
import type { Moments } from '../moments/index.js';
import { notEstimable } from '../result/index.js';
import type { Outcome } from '../result/index.js';
import { pairArms } from './arm-estimate.js';
import type { ArmEstimate, ArmPair } from './arm-estimate.js';
import { mean } from './mean.js';

/**
 * Units with a value other than 0 that the smaller arm must expect when nothing differs: with fewer the mean is too far
 * from a normal distribution for a test at a stated level.
 */
export const FEWEST_NON_ZERO = 10;

/** With fewer units than this with a value other than 0, an arm's own variance is too noisy to be relied on alone. */
const RELIABLE_NON_ZERO = 50;

/**
 * Pairs the means of two arms, see {@link mean}. Where most values of an arm are 0 and the moments say how many are not,
 * few such units get an answer of their own, because the variance of an arm that happens to have few buyers is too small
 * and that of an arm without any is 0:
 *
 * - fewer than {@link FEWEST_NON_ZERO} expected in the smaller arm when nothing differs: not estimable
 *   (`TOO_FEW_EVENTS`);
 * - fewer than 50 seen in an arm: the pooled variance of both arms together, which is the variance when nothing differs,
 *   wherever it makes the larger standard error; on n - 2 degrees of freedom.
 *
 * @throws StatisticsError on moments that no data has.
 */
export function pairMeans(control: Moments, treatment: Moments): Outcome<ArmPair> {
  const separate = pairArms(mean(control, 'control'), mean(treatment, 'treatment'));
  if (!separate.estimable) return separate;
  const isNonNegative = control.negative === 0 && treatment.negative === 0;
  const pair: ArmPair = isNonNegative ? { ...separate, isNonNegative } : separate;
  const [inControl, inTreatment] = [control.nonZero, treatment.nonZero];
  if (inControl === undefined || inTreatment === undefined) return pair;
  const isMostlyZero = 2 * inControl < control.n || 2 * inTreatment < treatment.n;
  if (!isMostlyZero || Math.min(inControl, inTreatment) >= RELIABLE_NON_ZERO) return pair;
  const expected = (Math.min(control.n, treatment.n) * (inControl + inTreatment)) / (control.n + treatment.n);
  if (expected < FEWEST_NON_ZERO) {
    const seen = `${inControl} of ${control.n} units of control and ${inTreatment} of ${treatment.n} of treatment`;
    const detail = `${seen} have a value other than 0; without an effect the smaller arm would have ${Number(expected.toPrecision(3))} of them, and a comparison needs at least ${FEWEST_NON_ZERO}`;
    return notEstimable('TOO_FEW_EVENTS', detail);
  }
  return withLargerVariance(pair, pooledVariance(control, treatment));
}

/** Variance of a unit's value when both arms have the same distribution. */
function pooledVariance(control: Moments, treatment: Moments): number {
  const n = control.n + treatment.n;
  const gap = control.sum / control.n - treatment.sum / treatment.n;
  const between = ((control.n * treatment.n) / n) * gap * gap;
  return (centredSquares(moments(control)) + centredSquares(moments(treatment)) + between) / (n - 1);
}

/** The pair with a common variance of a unit's value where that makes the larger standard error of the difference. */
export function withLargerVariance(pair: ArmPair, unitVariance: number): ArmPair {
  const { control, treatment } = pair;
  const pooled = unitVariance / control.n + unitVariance / treatment.n;
  if (pooled <= control.variance + treatment.variance) return pair;
  const degreesOfFreedom = control.n + treatment.n - 2;
  const armOf = (arm: ArmEstimate): ArmEstimate => ({ ...arm, variance: unitVariance / arm.n, degreesOfFreedom });
  return { ...pair, control: armOf(control), treatment: armOf(treatment), isPooled: true };
}
