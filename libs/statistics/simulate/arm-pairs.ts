import {
  cuped,
  lineariseRatio,
  pairArms,
  pairMeans,
  pairProportions,
  ratio,
  regressionAdjust,
} from '@sortition/statistics';
import type { ArmEstimate, ArmPair, JointMoments, Moments, Outcome } from '@sortition/statistics';

import { firstColumn } from './models/metric-model.js';

/** Estimates both arms from their sufficient statistics. */
export type PairEstimator = (control: JointMoments, treatment: JointMoments) => Outcome<ArmPair>;

const independent =
  (arm: (moments: JointMoments) => Outcome<ArmEstimate>): PairEstimator =>
  (control, treatment) =>
    pairArms(arm(control), arm(treatment));

/** Means, proportions and ratios without adjustment. */
export const meanPair: PairEstimator = (control, treatment) => pairMeans(firstColumn(control), firstColumn(treatment));
export const proportionPair: PairEstimator = (control, treatment) =>
  pairProportions(firstColumn(control), firstColumn(treatment));
export const ratioPair = independent((moments) => ratio(moments));

/** Means of which few values are not 0; the second column is 1 where the first is not 0. */
export const sparseMeanPair: PairEstimator = (control, treatment) => pairMeans(sparse(control), sparse(treatment));

const sparse = (joint: JointMoments): Moments => ({ ...firstColumn(joint), nonZero: joint.sums[1] ?? 0, negative: 0 });

/** The first column adjusted by the others. */
export const cupedPair: PairEstimator = (control, treatment) => cuped(control, treatment);
export const regressionPair: PairEstimator = (control, treatment) => regressionAdjust(control, treatment);

/** A ratio adjusted, as a mean per unit, by the columns after numerator and denominator. */
export const linearised =
  (adjust: PairEstimator): PairEstimator =>
  (control, treatment) => {
    const [linearControl, linearTreatment] = [lineariseRatio(control), lineariseRatio(treatment)];
    if (!linearControl.estimable) return linearControl;
    if (!linearTreatment.estimable) return linearTreatment;
    return adjust(linearControl.moments, linearTreatment.moments);
  };
export const adjustedRatioPair = linearised(regressionPair);
