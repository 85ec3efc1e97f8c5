import { CholeskyDecomposition, Matrix } from 'ml-matrix';

import { centredProduct } from '../moments/index.js';
import type { JointMoments } from '../moments/index.js';
import { notEstimable } from '../result/index.js';
import type { Estimable, Outcome } from '../result/index.js';

/** Share of a covariate's variance that the covariates before it must leave unexplained. */
const LEAST_PIVOT = 1e-10;

export interface Slopes extends Estimable {
  /** Per covariate, in the order of the columns after the first. */
  readonly slopes: readonly number[];
}

/**
 * Least-squares slopes of the first column on the others, intercept included: S_xx^-1 S_xy on centred moments, by
 * Cholesky on the scale of correlations. Not estimable (`COLLINEAR_COVARIATES`) when a covariate is constant or follows
 * from the others.
 */
export function solveSlopes(joint: JointMoments): Outcome<Slopes> {
  const names = joint.columns.slice(1);
  const scales = names.map((_, k) => Math.sqrt(centredProduct(joint, k + 1, k + 1)));
  const constant = names.filter((_, k) => scales[k] === 0);
  if (constant.length > 0) return collinear(`the covariates ${JSON.stringify(constant)} do not vary`);
  if (names.length === 1) {
    return { estimable: true, slopes: [centredProduct(joint, 1, 0) / centredProduct(joint, 1, 1)] };
  }
  const scaleOf = (k: number): number => scales[k] ?? 1;
  const correlations = Matrix.zeros(names.length, names.length);
  for (let i = 0; i < names.length; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const value = i === j ? 1 : centredProduct(joint, i + 1, j + 1) / (scaleOf(i) * scaleOf(j));
      correlations.set(i, j, value).set(j, i, value);
    }
  }
  const cholesky = new CholeskyDecomposition(correlations);
  const pivots = cholesky.lowerTriangularMatrix.diagonal();
  if (!cholesky.isPositiveDefinite() || pivots.some((pivot) => !(pivot * pivot > LEAST_PIVOT))) {
    return collinear(`the covariates ${JSON.stringify(names)} are linearly dependent`);
  }
  const target = Matrix.columnVector(names.map((_, k) => centredProduct(joint, k + 1, 0) / scaleOf(k)));
  const solution = cholesky.solve(target).to1DArray();
  return { estimable: true, slopes: solution.map((value, k) => value / scaleOf(k)) };
}

function collinear(detail: string) {
  return notEstimable('COLLINEAR_COVARIATES', detail);
}
