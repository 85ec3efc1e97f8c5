import { chiSquareSurvival } from '../distributions/index.js';
import { notEstimable, requireCount, requireLength, requireOpenUnit, StatisticsError } from '../result/index.js';
import type { Estimable, Outcome } from '../result/index.js';

/** Units of one arm, counted under the arm they saw first. */
export interface ExposedUnits {
  readonly arm: string;
  /** Units that saw this arm first, whatever they saw later. */
  readonly units: number;
  /** Those of them that saw another arm as well. */
  readonly alsoOther: number;
}

export interface MultipleExposure extends Estimable {
  /** Share of all units that saw more than one arm. */
  readonly share: number;
  /** The share is above the limit. */
  readonly isShareTooHigh: boolean;
  /** By arm, in the order given; null for an arm without units. */
  readonly sharesByArm: readonly (number | null)[];
  /** Whether the share depends on the first arm, which makes dropping such units a bias. */
  readonly asymmetry: Outcome<ExposureAsymmetry>;
}

export interface ExposureAsymmetry extends Estimable {
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
  readonly isAsymmetric: boolean;
}

/**
 * Units that were exposed to more than one arm: how many, and whether it depends on the arm they saw first, by the
 * chi-square test of homogeneity on the k x 2 table of arms. A small share that is the same in every arm only costs
 * units; an uneven one means that excluding them selects differently by arm.
 *
 * Not estimable without any unit; the asymmetry alone is not (`EXPECTED_COUNT_TOO_SMALL`) while an expected count is
 * below 5, and then has nothing to alarm about.
 *
 * @param options limit of the share (default 0.01) and level of the asymmetry test (default 0.001).
 * @throws StatisticsError on fewer than two arms, counts that are negative or fractional, or more units that saw another
 * arm than units.
 */
export function multipleExposure(
  arms: readonly ExposedUnits[],
  options: { readonly limit?: number; readonly alpha?: number } = {},
): Outcome<MultipleExposure> {
  const { limit = 0.01, alpha = 0.001 } = options;
  requireOpenUnit('limit', limit);
  requireOpenUnit('alpha', alpha);
  requireLength('arms', arms, 2);
  for (const { arm, units, alsoOther } of arms) {
    requireCount(`${arm}.units`, units);
    requireCount(`${arm}.alsoOther`, alsoOther);
    if (alsoOther > units) throw new StatisticsError(`${arm}.alsoOther`, alsoOther, `be at most units = ${units}`);
  }
  const total = arms.reduce((sum, { units }) => sum + units, 0);
  if (total === 0) return notEstimable('TOO_FEW_UNITS', 'no unit was exposed');
  const share = arms.reduce((sum, { alsoOther }) => sum + alsoOther, 0) / total;
  return {
    estimable: true,
    share,
    isShareTooHigh: share > limit,
    sharesByArm: arms.map(({ units, alsoOther }) => (units === 0 ? null : alsoOther / units)),
    asymmetry: homogeneity(arms, share, alpha),
  };
}

function homogeneity(arms: readonly ExposedUnits[], share: number, alpha: number): Outcome<ExposureAsymmetry> {
  const least = Math.min(...arms.map(({ units }) => units * Math.min(share, 1 - share)));
  if (least < 5) {
    return notEstimable('EXPECTED_COUNT_TOO_SMALL', `an arm expects ${least} such units, the test needs 5`);
  }
  const statistic = arms.reduce(
    (sum, { units, alsoOther }) => sum + (alsoOther - units * share) ** 2 / (units * share * (1 - share)),
    0,
  );
  const pValue = chiSquareSurvival(statistic, arms.length - 1);
  return { estimable: true, statistic, degreesOfFreedom: arms.length - 1, pValue, isAsymmetric: pValue <= alpha };
}
