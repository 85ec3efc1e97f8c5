import { flushRounding } from '../moments/index.js';
import { notEstimable, requireOpenUnit, withinRange } from '../result/index.js';
import type { Estimable, Outcome } from '../result/index.js';
import type { ArmPair } from './arm-estimate.js';
import { checkDenominator, DENOMINATOR_ALPHA } from './denominator.js';

/** `absolute`: treatment minus control. `relative`: that over the absolute value of control; 0.02 is 2 percent. */
export type EffectScale = 'absolute' | 'relative';

/** The effect of a treatment with its precision: what every test, sequential or not, starts from. */
export interface EffectEstimate extends Estimable {
  readonly scale: EffectScale;
  readonly estimate: number;
  /** Above 0. */
  readonly standardError: number;
  /** Welch-Satterthwaite degrees of freedom, on the absolute scale for both scales. */
  readonly degreesOfFreedom: number;
  /** Units in both arms. */
  readonly n: number;
  readonly controlValue: number;
  readonly treatmentValue: number;
  /** As in {@link ArmPair}. */
  readonly isPooled?: boolean;
  /** As in {@link ArmPair}. */
  readonly isNonNegative?: boolean;
}

/**
 * Treatment minus control: variance = v_T + v_C - 2 cov, degrees of freedom (v_T + v_C)^2 / (v_T^2 / f_T + v_C^2 / f_C)
 * (Welch, Biometrika 1947). Not estimable (`ZERO_VARIANCE`) when an arm does not vary: its values have no spread to infer
 * anything from, and the other arm's alone would make the standard error too small.
 */
export function absoluteDifference(pair: Outcome<ArmPair>): Outcome<EffectEstimate> {
  if (!pair.estimable) return pair;
  const { control, treatment, covariance } = pair;
  const separate = control.variance + treatment.variance;
  const variance = flushRounding(separate - 2 * covariance, separate);
  return effect('absolute', pair, treatment.value - control.value, variance);
}

/**
 * Relative difference (T - C) / |C| by the delta method: variance = (v_T - 2 r cov + r^2 v_C) / C^2 with r = T / C
 * (Deng, Knoblich & Lu, KDD 2018, on percent changes). The noise of the control is part of it.
 *
 * Not estimable: an arm does not vary; C is 0; or C is not clearly off 0, that is |C| / sqrt(v_C) does not exceed the
 * two-sided normal critical value at level `denominatorAlpha`, where no relative effect is defined.
 *
 * @param denominatorAlpha in (0, 1).
 * @throws StatisticsError when denominatorAlpha is outside its range.
 */
export function relativeDifference(
  pair: Outcome<ArmPair>,
  denominatorAlpha = DENOMINATOR_ALPHA,
): Outcome<EffectEstimate> {
  requireOpenUnit('denominatorAlpha', denominatorAlpha);
  if (!pair.estimable) return pair;
  const { control, treatment, covariance } = pair;
  const undefinedBecause = checkDenominator(control.value, control.variance, denominatorAlpha);
  if (undefinedBecause) return undefinedBecause;
  const base = Math.abs(control.value);
  const r = treatment.value / control.value;
  const variance = (treatment.variance - 2 * r * covariance + r * r * control.variance) / base / base;
  return effect('relative', pair, (treatment.value - control.value) / base, variance);
}

/** Welch-Satterthwaite degrees of freedom of a sum of two independent variances. */
function satterthwaite({ control, treatment }: ArmPair): number {
  const [c, t] = [control.variance, treatment.variance];
  const share = t / (c + t);
  return 1 / (share ** 2 / treatment.degreesOfFreedom + (1 - share) ** 2 / control.degreesOfFreedom);
}

function effect(scale: EffectScale, pair: ArmPair, estimate: number, variance: number): Outcome<EffectEstimate> {
  const { control, treatment } = pair;
  const constant = [control, treatment].map((arm) => arm.variance <= 0);
  if (constant.includes(true) || !(variance > 0)) {
    const arms = constant[0] === constant[1] ? 'the two arms' : constant[0] ? 'the control arm' : 'the treatment arm';
    return notEstimable('ZERO_VARIANCE', `the values of ${arms} do not vary, so the effect has no standard error`);
  }
  const standardError = Math.sqrt(variance);
  const result: EffectEstimate = {
    estimable: true,
    scale,
    estimate,
    standardError,
    degreesOfFreedom: satterthwaite(pair),
    n: control.n + treatment.n,
    controlValue: control.value,
    treatmentValue: treatment.value,
    ...(pair.isPooled === undefined ? {} : { isPooled: pair.isPooled }),
    ...(pair.isNonNegative === undefined ? {} : { isNonNegative: pair.isNonNegative }),
  };
  return withinRange(result, estimate, standardError, result.degreesOfFreedom);
}
