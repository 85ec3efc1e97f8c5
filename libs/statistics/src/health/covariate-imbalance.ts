import { chiSquareSurvival } from '../distributions/index.js';
import { mean } from '../estimators/index.js';
import type { ArmEstimate } from '../estimators/index.js';
import type { Moments } from '../moments/index.js';
import { adjustPValues } from '../multiplicity/index.js';
import type { MultiplicityMethod } from '../multiplicity/index.js';
import { notEstimable, requireLength, requireOpenUnit } from '../result/index.js';
import type { Estimable, Outcome } from '../result/index.js';

/** A covariate measured before exposure, by arm. */
export interface CovariateByArm {
  readonly key: string;
  /** Two arms or more. */
  readonly arms: readonly Moments[];
}

export interface ImbalanceResult extends Estimable {
  readonly means: readonly number[];
  /** Cochran's chi-square of equal means. */
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
  /** Over the covariates that are estimable. */
  readonly adjustedPValue: number;
  readonly isImbalanced: boolean;
}

export interface CovariateImbalance {
  readonly key: string;
  readonly result: Outcome<ImbalanceResult>;
}

/**
 * Tests whether arms differed before the experiment could have moved them, which points to broken assignment or to
 * exposure that depends on the arm. Per covariate chi-square = sum (x_g - x)^2 / v_g with x the mean weighted by 1 / v_g,
 * k - 1 degrees of freedom (Cochran, JRSS Supplement 1937); for two arms the square of the z statistic. P-values are
 * corrected for the number of covariates.
 *
 * Not estimable: an arm with fewer than 2 units, or an arm whose values do not vary.
 *
 * @param options alpha (default 0.001) of the family and the correction (default Holm).
 * @throws StatisticsError on fewer than two arms or moments that no data has.
 */
export function covariateImbalance(
  covariates: readonly CovariateByArm[],
  options: { readonly alpha?: number; readonly method?: MultiplicityMethod } = {},
): readonly CovariateImbalance[] {
  const { alpha = 0.001, method = 'holm' } = options;
  requireOpenUnit('alpha', alpha);
  requireLength('covariates', covariates, 1);
  const tests = covariates.map(({ key, arms }) => ({ key, test: equalMeans(arms, key) }));
  const pValues = tests.flatMap(({ test }) => (test.estimable ? [test.pValue] : []));
  const adjusted = pValues.length > 0 ? [...adjustPValues(method, pValues)] : [];
  return tests.map(({ key, test }) => {
    if (!test.estimable) return { key, result: test };
    const adjustedPValue = adjusted.shift() ?? 1;
    return { key, result: { ...test, adjustedPValue, isImbalanced: adjustedPValue <= alpha } };
  });
}

type EqualMeans = Omit<ImbalanceResult, 'adjustedPValue' | 'isImbalanced'>;

function equalMeans(arms: readonly Moments[], key: string): Outcome<EqualMeans> {
  requireLength(`${key}.arms`, arms, 2);
  const estimates: ArmEstimate[] = [];
  for (const [i, arm] of arms.entries()) {
    const estimate = mean(arm, `${key}.arms[${i}]`);
    if (!estimate.estimable) return { ...estimate, detail: `In arm ${i}: ${estimate.detail}` };
    if (estimate.variance === 0) return notEstimable('ZERO_VARIANCE', `the values of arm ${i} do not vary`);
    estimates.push(estimate);
  }
  const weight = estimates.reduce((sum, { variance }) => sum + 1 / variance, 0);
  const centre = estimates.reduce((sum, { value, variance }) => sum + value / variance, 0) / weight;
  const statistic = estimates.reduce((sum, { value, variance }) => sum + (value - centre) ** 2 / variance, 0);
  if (!Number.isFinite(statistic)) return notEstimable('ZERO_VARIANCE', 'the values of an arm hardly vary');
  const degreesOfFreedom = arms.length - 1;
  return {
    estimable: true,
    means: estimates.map(({ value }) => value),
    statistic,
    degreesOfFreedom,
    pValue: chiSquareSurvival(statistic, degreesOfFreedom),
  };
}
