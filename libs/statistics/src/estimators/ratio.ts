import { normalUpperQuantile } from '../distributions/index.js';
import { centredProduct, columnMoments, combineColumns, jointMoments } from '../moments/index.js';
import type { JointMoments } from '../moments/index.js';
import { requireOpenUnit, StatisticsError, withinRange } from '../result/index.js';
import type { Estimable, Outcome } from '../result/index.js';
import type { ArmEstimate } from './arm-estimate.js';
import { checkDenominator, DENOMINATOR_ALPHA } from './denominator.js';
import { fiellerInterval } from './fieller.js';
import type { RatioInterval } from './fieller.js';
import { mean, tooFewUnits } from './mean.js';

/** The sums of a ratio metric: sum of numerators over sum of denominators, both measured per unit. */
export interface RatioSums {
  readonly n: number;
  readonly numeratorSum: number;
  readonly numeratorSumOfSquares: number;
  readonly denominatorSum: number;
  readonly denominatorSumOfSquares: number;
  /** Sum over units of numerator times denominator. */
  readonly productSum: number;
}

/** Joint moments of a numerator and a denominator column. */
export function ratioMoments(sums: RatioSums): JointMoments {
  return {
    n: sums.n,
    columns: ['numerator', 'denominator'],
    sums: [sums.numeratorSum, sums.denominatorSum],
    crossProducts: [
      [sums.numeratorSumOfSquares, sums.productSum],
      [sums.productSum, sums.denominatorSumOfSquares],
    ],
  };
}

/**
 * Ratio of two means R = N / D by the delta method: variance = (s_N^2 - 2 R s_ND + R^2 s_D^2) / (D^2 n), n - 1 degrees
 * of freedom (Deng, Knoblich & Lu, KDD 2018, on ratio metrics). Right for metrics whose denominator varies per unit, such as
 * clicks per view when users are randomised.
 *
 * Not estimable: n below 2; a mean denominator of 0; a mean denominator not significantly off 0 at level
 * {@link DENOMINATOR_ALPHA}, where the delta method breaks down.
 *
 * @param joint first column the numerator, second the denominator; further columns are ignored.
 * @param field path that an error names.
 * @throws StatisticsError on moments that no data has or fewer than two columns.
 */
export function ratio(joint: JointMoments, field = 'moments'): Outcome<ArmEstimate> {
  const linear = lineariseRatio(joint, field);
  return linear.estimable ? mean(columnMoments(linear.moments, 0), field) : linear;
}

/** A ratio metric as a mean of one value per unit, with its covariates. */
export interface LinearisedRatio extends Estimable {
  /** Column `outcome` has mean R and the delta-method variance of R; the covariates follow unchanged. */
  readonly moments: JointMoments;
}

/**
 * Writes a ratio metric as a mean: outcome = R + (numerator - R denominator) / D with the arm's own R = N / D. The mean
 * of that is R and its variance the delta-method variance, so whatever adjusts a mean by covariates adjusts the ratio
 * (Deng, Xu, Kohavi & Walker, WSDM 2013, on non-user metrics; Jin & Ba, Technometrics 2023). A covariate that is
 * itself a ratio enters as its two columns.
 *
 * Not estimable under the conditions of {@link ratio}.
 *
 * @param joint numerator, denominator, then any covariates.
 * @throws StatisticsError on moments that no data has or fewer than two columns.
 */
export function lineariseRatio(joint: JointMoments, field = 'moments'): Outcome<LinearisedRatio> {
  const { n, sums, columns } = checkRatio(joint, field);
  if (n < 2) return tooFewUnits(n);
  const denominator = (sums[1] ?? 0) / n;
  const unsafe = checkDenominator(denominator, centredProduct(joint, 1, 1) / (n - 1) / n, DENOMINATOR_ALPHA);
  if (unsafe) return unsafe;
  const value = (sums[0] ?? 0) / n / denominator;
  const covariates = columns.slice(2);
  const outcomeWeights = columns.map((_, i) => (i === 0 ? 1 / denominator : i === 1 ? -value / denominator : 0));
  const covariateWeights = covariates.map((_, k) => columns.map((__, i) => (i === k + 2 ? 1 : 0)));
  const constants = [value, ...covariates.map(() => 0)];
  const linear = combineColumns(joint, ['outcome', ...covariates], [outcomeWeights, ...covariateWeights], constants);
  return withinRange({ estimable: true, moments: linear }, ...linear.sums, ...linear.crossProducts.flat());
}

/**
 * Fieller's interval of the ratio of one arm, see {@link fiellerInterval}; better than the delta method when the
 * denominator is noisy.
 *
 * @param alpha in (0, 1); the interval has confidence 1 - alpha and uses the normal critical value.
 * @throws StatisticsError as {@link ratio}, and on alpha outside (0, 1).
 */
export function ratioFiellerInterval(joint: JointMoments, alpha: number, field = 'moments'): Outcome<RatioInterval> {
  requireOpenUnit('alpha', alpha);
  const { n, sums } = checkRatio(joint, field);
  if (n < 2) return tooFewUnits(n);
  const scale = 1 / (n - 1) / n;
  return fiellerInterval({
    numerator: (sums[0] ?? 0) / n,
    numeratorVariance: centredProduct(joint, 0, 0) * scale,
    denominator: (sums[1] ?? 0) / n,
    denominatorVariance: centredProduct(joint, 1, 1) * scale,
    covariance: centredProduct(joint, 0, 1) * scale,
    criticalValue: normalUpperQuantile(alpha / 2),
  });
}

function checkRatio(joint: JointMoments, field: string): JointMoments {
  if (joint.columns.length < 2) {
    throw new StatisticsError(`${field}.columns`, joint.columns, 'start with a numerator and a denominator');
  }
  return jointMoments(joint, field);
}
