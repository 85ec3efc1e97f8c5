import type { ArmEstimate, ArmPair } from '../estimators/index.js';
import { flushRounding } from '../moments/index.js';
import type { JointMoments } from '../moments/index.js';
import { notEstimable } from '../result/index.js';
import type { Outcome } from '../result/index.js';
import { adjustmentInput, rangeChecked, varianceReduction } from './adjusted-pair.js';
import type { AdjustedPair } from './adjusted-pair.js';
import { indexedArm, indexProduct } from './indexed-arm.js';
import { solveSlopes } from './solve-slopes.js';

/**
 * Full regression adjustment: slopes b_g per arm, adjusted mean = y_g - b_g (x_g - x), x the covariate mean over all
 * units. Each arm has variance s_g^2 / n_g + b_g' S b_g / N and the arms covariance b_C' S b_T / N, with s_g^2 the
 * residual variance on n_g - 1 - p degrees of freedom, S the covariance matrix of the covariates over all N units and
 * p the number of covariates; the difference therefore has variance
 * sum_g s_g^2 / n_g + (b_T - b_C)' S (b_T - b_C) / N (Negi & Wooldridge, Econometric Reviews 2021, full regression adjustment; same
 * point estimate as Lin, Annals of Applied Statistics 2013). Never less precise than no adjustment in large samples,
 * whatever the true relation.
 *
 * Covariates must be fixed before exposure.
 *
 * Not estimable: fewer than p + 3 units in an arm, a share with fewer than 100 events or non-events in
 * an arm, or covariates that are constant or linearly dependent within an arm.
 *
 * @param control joint moments: the outcome, then the covariates.
 * @param treatment the same columns in the same order.
 * @throws StatisticsError on moments that no data has or unequal covariate sets.
 */
export function regressionAdjust(control: JointMoments, treatment: JointMoments): Outcome<AdjustedPair> {
  const input = adjustmentInput(control, treatment);
  const { covariates, pooled, treatmentShare } = input;
  const needed = covariates + 3;
  const smallest = Math.min(control.n, treatment.n);
  if (smallest < needed) {
    const detail = `${covariates} covariates need at least ${needed} units in each arm, one has ${smallest}`;
    return notEstimable('TOO_FEW_UNITS', detail);
  }
  if (!input.unadjusted.estimable) return input.unadjusted;
  const controlFit = solveSlopes(control);
  if (!controlFit.estimable) return { ...controlFit, detail: `In the control arm: ${controlFit.detail}` };
  const treatmentFit = solveSlopes(treatment);
  if (!treatmentFit.estimable) return { ...treatmentFit, detail: `In the treatment arm: ${treatmentFit.detail}` };
  const slopes = { control: controlFit.slopes, treatment: treatmentFit.slopes };
  const shared = (a: readonly number[], b: readonly number[]): number =>
    indexProduct(pooled, a, b) / (pooled.n - 1) / pooled.n;
  const ofTreatment = treatmentShare;
  const ofControl = 1 - treatmentShare;
  const pair: ArmPair = {
    estimable: true,
    control: armEstimate(control, slopes.control, ofTreatment * gapOf(control, treatment, slopes.control), shared),
    treatment: armEstimate(
      treatment,
      slopes.treatment,
      -ofControl * gapOf(control, treatment, slopes.treatment),
      shared,
    ),
    covariance: shared(slopes.control, slopes.treatment),
  };
  return rangeChecked({
    ...pair,
    slopes,
    unadjusted: input.unadjusted,
    varianceReduction: varianceReduction(pair, input.unadjusted),
  });
}

function armEstimate(
  arm: JointMoments,
  slopes: readonly number[],
  shift: number,
  shared: (a: readonly number[], b: readonly number[]) => number,
): ArmEstimate {
  const { n, outcome, outcomeSquares, products, indexSquares } = indexedArm(arm, slopes);
  const degreesOfFreedom = n - 1 - slopes.length;
  const residualSquares = Math.max(0, flushRounding(outcomeSquares - 2 * products + indexSquares, outcomeSquares));
  return {
    estimable: true,
    n,
    value: outcome + shift,
    variance: residualSquares / degreesOfFreedom / n + shared(slopes, slopes),
    degreesOfFreedom,
  };
}

/** Mean index of treatment minus that of control. */
function gapOf(control: JointMoments, treatment: JointMoments, slopes: readonly number[]): number {
  return slopes.reduce(
    (sum, slope, k) =>
      sum + slope * ((treatment.sums[k + 1] ?? 0) / treatment.n - (control.sums[k + 1] ?? 0) / control.n),
    0,
  );
}
