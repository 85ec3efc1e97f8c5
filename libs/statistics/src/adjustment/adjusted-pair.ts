import { lostVariance, mean, pairArms } from '../estimators/index.js';
import type { ArmPair } from '../estimators/index.js';
import {
  columnMoments,
  flushRounding,
  hasLostVariance,
  jointMoments,
  mergeJointMoments,
  requireSameColumns,
} from '../moments/index.js';
import type { JointMoments } from '../moments/index.js';
import { notEstimable, StatisticsError, withinRange } from '../result/index.js';
import type { NotEstimable, Outcome } from '../result/index.js';

/** Arms whose values are adjusted to the covariates that all their units have on average. */
export interface AdjustedPair extends ArmPair {
  /** Slope per covariate, in the order of the columns, as applied to each arm. */
  readonly slopes: { readonly control: readonly number[]; readonly treatment: readonly number[] };
  /** The plain means, for display beside the adjusted values. */
  readonly unadjusted: ArmPair;
  /** 1 - variance of the adjusted over variance of the plain absolute difference. A little below 0 for useless covariates. */
  readonly varianceReduction: number;
}

/** What adjustment needs of the two arms, checked. */
export interface AdjustmentInput {
  readonly control: JointMoments;
  readonly treatment: JointMoments;
  readonly pooled: JointMoments;
  /** Number of covariates, at least 1. */
  readonly covariates: number;
  /** Share of the units that are in treatment. */
  readonly treatmentShare: number;
  readonly unadjusted: Outcome<ArmPair>;
}

/** @throws StatisticsError on moments that no data has, arms with different columns, or no covariate at all. */
export function adjustmentInput(control: JointMoments, treatment: JointMoments): AdjustmentInput {
  jointMoments(control, 'control');
  jointMoments(treatment, 'treatment');
  requireSameColumns(control, treatment, 'treatment');
  if (control.columns.length < 2) {
    throw new StatisticsError('control.columns', control.columns, 'hold an outcome and at least one covariate');
  }
  return {
    control,
    treatment,
    pooled: mergeJointMoments(control, treatment),
    covariates: control.columns.length - 1,
    treatmentShare: treatment.n / (control.n + treatment.n),
    unadjusted: checkSpread(control, treatment) ?? plainPair(control, treatment),
  };
}

/** Fewest units with an event, and without one, in each arm for a share to be adjusted. */
export const FEWEST_ADJUSTED_EVENTS = 100;

/**
 * The plain means. The variance of an adjusted share is that of its residuals in each arm, which is too small in an arm
 * that happens to have few events, and has no pooled form to put in its place: with few events nothing is adjusted.
 */
function plainPair(control: JointMoments, treatment: JointMoments): Outcome<ArmPair> {
  const pair = pairArms(mean(columnMoments(control, 0)), mean(columnMoments(treatment, 0)));
  if (!pair.estimable) return pair;
  for (const [arm, joint] of Object.entries({ control, treatment })) {
    const { n, sum, sumOfSquares } = columnMoments(joint, 0);
    const isShare = sum === sumOfSquares && Number.isInteger(sum);
    if (!isShare || Math.min(sum, n - sum) >= FEWEST_ADJUSTED_EVENTS) continue;
    const detail = `In the ${arm} arm: ${sum} of ${n} units have the event; to adjust a share at least ${FEWEST_ADJUSTED_EVENTS} must have it and as many not; compare it without covariates`;
    return notEstimable('TOO_FEW_EVENTS', detail);
  }
  return pair;
}

/** Says which column lost its variance to its mean, if any. */
function checkSpread(control: JointMoments, treatment: JointMoments): NotEstimable | undefined {
  for (const [arm, joint] of Object.entries({ control, treatment })) {
    const lost = joint.columns.findIndex((_, column) => column > 0 && hasLostVariance(columnMoments(joint, column)));
    if (lost < 0) continue;
    const mean = columnMoments(joint, lost).sum / joint.n;
    const outcome = lostVariance(mean, `the values of covariate "${joint.columns[lost] ?? lost}"`);
    return { ...outcome, detail: `In the ${arm} arm: ${outcome.detail}` };
  }
  return undefined;
}

/** 1 - adjusted over unadjusted variance of the absolute difference; 0 when nothing varies. */
export function varianceReduction(adjusted: ArmPair, unadjusted: ArmPair): number {
  const before = differenceVariance(unadjusted);
  return before > 0 ? 1 - differenceVariance(adjusted) / before : 0;
}

function differenceVariance({ control, treatment, covariance }: ArmPair): number {
  const separate = control.variance + treatment.variance;
  return Math.max(0, flushRounding(separate - 2 * covariance, separate));
}

/** The pair, unless its numbers left the range of double precision. */
export function rangeChecked(pair: AdjustedPair): Outcome<AdjustedPair> {
  const { control, treatment, covariance, slopes } = pair;
  return withinRange(
    pair,
    ...[control.value, control.variance, treatment.value, treatment.variance, covariance, pair.varianceReduction],
    ...slopes.control,
    ...slopes.treatment,
  );
}
