import {
  requireFinite,
  requireNonNegative,
  requireOpenUnit,
  requirePositive,
  StatisticsError,
} from '../result/index.js';

import type { UnitVariance } from './test-design.js';

/** Shares of all units of the experiment that go to the two arms; above 0, together at most 1. */
export interface ArmShares {
  readonly control: number;
  readonly treatment: number;
}

/**
 * Unit variance of a difference of means: control variance / control share + treatment variance / treatment share.
 *
 * @throws StatisticsError for a negative variance or shares out of range.
 */
export function meanUnitVariance(shares: ArmShares, control: number, treatment = control): number {
  checkShares(shares);
  requirePositive('control', control);
  requirePositive('treatment', treatment);
  return control / shares.control + treatment / shares.treatment;
}

/**
 * Unit variance of a difference of proportions, with the variance p (1 - p) of each arm at its own proportion (the
 * unpooled form).
 *
 * @param baseline proportion in control, in (0, 1). An effect that leaves (0, 1) is refused when the plan is computed.
 */
export function proportionUnitVariance(shares: ArmShares, baseline: number): UnitVariance {
  checkShares(shares);
  requireOpenUnit('baseline', baseline);
  return (effect) => {
    const treated = requireOpenUnit('baseline + effect', baseline + effect);
    return (baseline * (1 - baseline)) / shares.control + (treated * (1 - treated)) / shares.treatment;
  };
}

/** Per-unit moments of the numerator and the denominator of a ratio metric. */
export interface RatioMoments {
  readonly numeratorMean: number;
  readonly denominatorMean: number;
  readonly numeratorVariance: number;
  readonly denominatorVariance: number;
  readonly covariance: number;
}

/**
 * Unit variance of a difference of ratios of means by the delta method, per arm
 * (v_N - 2 R c + R^2 v_D) / mean_D^2 with R = mean_N / mean_D: Deng, Knoblich & Lu, KDD 2018.
 *
 * @throws StatisticsError for a denominator mean of 0, a negative variance or a covariance beyond the variances.
 */
export function ratioUnitVariance(shares: ArmShares, moments: RatioMoments): number {
  const { numeratorMean, denominatorMean, numeratorVariance, denominatorVariance, covariance } = moments;
  requireFinite('numeratorMean', numeratorMean);
  requireFinite('denominatorMean', denominatorMean);
  if (denominatorMean === 0) throw new StatisticsError('denominatorMean', denominatorMean, 'be other than 0');
  requireNonNegative('numeratorVariance', numeratorVariance);
  requireNonNegative('denominatorVariance', denominatorVariance);
  requireFinite('covariance', covariance);
  if (covariance ** 2 > numeratorVariance * denominatorVariance * (1 + 1e-9)) {
    throw new StatisticsError('covariance', covariance, 'keep the correlation within 1');
  }
  const ratio = numeratorMean / denominatorMean;
  const linear = numeratorVariance - 2 * ratio * covariance + ratio ** 2 * denominatorVariance;
  return meanUnitVariance(shares, linear / denominatorMean ** 2);
}

/**
 * Unit variance of a relative difference (treatment mean - control mean) / |control mean| by the delta method,
 * v_T / (share_T m^2) + v_C (1 + effect / 2)^2 / (share_C m^2). It is larger than scaling by the control mean as if that
 * were known. The noise of control is taken half way to the effect, because the test decides where the estimate is
 * between none and the effect: a plan at the effect itself understates power, at 0 it overstates it.
 */
export function relativeUnitVariance(
  shares: ArmShares,
  controlMean: number,
  control: number,
  treatment = control,
): UnitVariance {
  checkShares(shares);
  requireFinite('controlMean', controlMean);
  if (controlMean === 0) throw new StatisticsError('controlMean', controlMean, 'be other than 0');
  requirePositive('control', control);
  requirePositive('treatment', treatment);
  const square = controlMean ** 2;
  const sign = Math.sign(controlMean);
  return (effect) =>
    treatment / (shares.treatment * square) + (control * (1 + (sign * effect) / 2) ** 2) / (shares.control * square);
}

/**
 * The unit variance with variance reduction: `factor` is the variance that is left, in (0, 1]; for a covariate of
 * correlation r it is 1 - r^2 (Deng, Xu, Kohavi & Walker, 2013).
 */
export function reducedUnitVariance(unitVariance: UnitVariance, factor: number): UnitVariance {
  if (!(factor > 0 && factor <= 1)) throw new StatisticsError('factor', factor, 'lie in (0, 1]');
  return typeof unitVariance === 'number'
    ? unitVariance * factor
    : (effect) => factor * requirePositive('unitVariance', unitVariance(effect));
}

function checkShares({ control, treatment }: ArmShares): void {
  requirePositive('shares.control', control);
  requirePositive('shares.treatment', treatment);
  if (control + treatment > 1 + 1e-9) {
    throw new StatisticsError('shares', control + treatment, 'sum to at most 1');
  }
}
