import type { ArmEstimate, ArmPair } from '../estimators/index.js';
import { centredProduct, columnMoments, flushRounding } from '../moments/index.js';
import type { JointMoments } from '../moments/index.js';
import type { Outcome } from '../result/index.js';
import { adjustmentInput, outcomeAndIndex, varianceReduction } from './adjusted-pair.js';
import type { AdjustedPair } from './adjusted-pair.js';
import { solveSlopes } from './solve-slopes.js';

/**
 * CUPED: one slope for both arms, theta = S_xx^-1 S_xy over both arms pooled, adjusted mean = y - theta (x - x pooled)
 * (Deng, Xu, Kohavi & Walker, WSDM 2013, eq. 4; several covariates as in section 3.2). The absolute difference has
 * variance sum over arms of var(y - theta x) / n. The variances of the two adjusted means and their covariance count
 * the noise of the pooled covariate mean, which relative effects need.
 *
 * Covariates must be fixed before exposure. Use {@link regressionAdjust} when slopes may differ between the arms or the
 * arms differ in size.
 *
 * Not estimable: fewer than 2 units in an arm, or covariates that are constant or linearly dependent.
 *
 * @param control joint moments: the outcome, then the covariates.
 * @param treatment the same columns in the same order.
 * @throws StatisticsError on moments that no data has or unequal covariate sets.
 */
export function cuped(control: JointMoments, treatment: JointMoments): Outcome<AdjustedPair> {
  const input = adjustmentInput(control, treatment);
  if (!input.unadjusted.estimable) return input.unadjusted;
  const fit = solveSlopes(input.pooled);
  if (!fit.estimable) return fit;
  const { slopes } = fit;
  const share = input.treatmentShare;
  const c = indexedArm(outcomeAndIndex(control, slopes));
  const t = indexedArm(outcomeAndIndex(treatment, slopes));
  const imbalance = t.index - c.index;
  // control = y_C + share (i_T - i_C), treatment = y_T - (1 - share) (i_T - i_C), with i the mean index of an arm.
  const pair: ArmPair = {
    estimable: true,
    control: adjusted(c, c.outcome + share * imbalance, variance(c, share) + share ** 2 * t.indexVariance),
    treatment: adjusted(
      t,
      t.outcome - (1 - share) * imbalance,
      variance(t, 1 - share) + (1 - share) ** 2 * c.indexVariance,
    ),
    covariance:
      (1 - share) * (c.covariance - share * c.indexVariance) + share * (t.covariance - (1 - share) * t.indexVariance),
  };
  return {
    ...pair,
    slopes: { control: slopes, treatment: slopes },
    unadjusted: input.unadjusted,
    varianceReduction: varianceReduction(pair, input.unadjusted),
  };
}

/** Means of outcome and index in one arm, with their variances and covariance as means. */
interface IndexedArm {
  readonly n: number;
  readonly outcome: number;
  readonly index: number;
  readonly outcomeVariance: number;
  readonly indexVariance: number;
  readonly covariance: number;
}

function indexedArm(joint: JointMoments): IndexedArm {
  const { n } = joint;
  const scale = 1 / (n - 1) / n;
  return {
    n,
    outcome: columnMoments(joint, 0).sum / n,
    index: columnMoments(joint, 1).sum / n,
    outcomeVariance: centredProduct(joint, 0, 0) * scale,
    indexVariance: centredProduct(joint, 1, 1) * scale,
    covariance: centredProduct(joint, 0, 1) * scale,
  };
}

function variance(arm: IndexedArm, weight: number): number {
  const residual = arm.outcomeVariance - 2 * weight * arm.covariance + weight ** 2 * arm.indexVariance;
  return Math.max(0, flushRounding(residual, arm.outcomeVariance));
}

function adjusted({ n }: IndexedArm, value: number, armVariance: number): ArmEstimate {
  return { estimable: true, n, value, variance: armVariance, degreesOfFreedom: n - 1 };
}
