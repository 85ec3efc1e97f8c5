import type { ArmEstimate, ArmPair } from '../estimators/index.js';
import { flushRounding } from '../moments/index.js';
import type { JointMoments } from '../moments/index.js';
import type { Outcome } from '../result/index.js';
import { adjustmentInput, rangeChecked, varianceReduction } from './adjusted-pair.js';
import type { AdjustedPair } from './adjusted-pair.js';
import { indexedArm } from './indexed-arm.js';
import type { IndexedArm } from './indexed-arm.js';
import { solveSlopes } from './solve-slopes.js';

/**
 * CUPED: one slope for both arms, theta = S_xx^-1 S_xy over both arms pooled, adjusted mean = y - theta (x - x pooled)
 * (Deng, Xu, Kohavi & Walker, WSDM 2013, eq. 4, with several covariates). The absolute difference has
 * variance sum over arms of var(y - theta x) / n. The variances of the two adjusted means and their covariance count
 * the noise of the pooled covariate mean, which relative effects need.
 *
 * Covariates must be fixed before exposure. Use {@link regressionAdjust} when slopes may differ between the arms or the
 * arms differ in size.
 *
 * Not estimable: fewer than 2 units in an arm, a share with fewer than 100 events or non-events in
 * an arm, or covariates that are constant or linearly dependent.
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
  const [ofControl, ofTreatment] = [1 - input.treatmentShare, input.treatmentShare];
  const c = indexedArm(control, slopes);
  const t = indexedArm(treatment, slopes);
  const gap = t.index - c.index;
  const pair: ArmPair = {
    estimable: true,
    control: adjusted(
      c,
      c.outcome + ofTreatment * gap,
      varianceOf(c, ofTreatment) + ofTreatment ** 2 * indexVarianceOf(t),
    ),
    treatment: adjusted(t, t.outcome - ofControl * gap, varianceOf(t, ofControl) + ofControl ** 2 * indexVarianceOf(c)),
    covariance: ofControl * covarianceOf(c, ofTreatment) + ofTreatment * covarianceOf(t, ofControl),
  };
  return rangeChecked({
    ...pair,
    slopes: { control: slopes, treatment: slopes },
    unadjusted: input.unadjusted,
    varianceReduction: varianceReduction(pair, input.unadjusted),
  });
}

/** Variance of the mean of outcome - weight * index. */
function varianceOf({ n, outcomeSquares, products, indexSquares }: IndexedArm, weight: number): number {
  const residual = outcomeSquares - 2 * weight * products + weight ** 2 * indexSquares;
  return Math.max(0, flushRounding(residual, outcomeSquares)) / (n - 1) / n;
}

/** Covariance of the means of outcome - weight * index and index. */
function covarianceOf({ n, products, indexSquares }: IndexedArm, weight: number): number {
  return (products - weight * indexSquares) / (n - 1) / n;
}

function indexVarianceOf({ n, indexSquares }: IndexedArm): number {
  return indexSquares / (n - 1) / n;
}

function adjusted({ n }: IndexedArm, value: number, variance: number): ArmEstimate {
  return { estimable: true, n, value, variance, degreesOfFreedom: n - 1 };
}
