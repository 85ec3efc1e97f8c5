import type { JointMoments } from '@sortition/statistics';

import type { Random } from '../random.js';
import type { MetricModel } from './metric-model.js';

/** Several jointly normal columns. */
export interface GaussianColumns {
  readonly name: string;
  readonly columns: readonly string[];
  readonly means: readonly number[];
  /** Lower triangular factor C of the covariance matrix C C'. */
  readonly factor: readonly (readonly number[])[];
  /** Value and unit variance of the metric in control. */
  readonly controlValue: number;
  readonly variance: number;
  /** How an effect on the metric moves the mean of each column. */
  readonly effectOnMeans: readonly number[];
}

/** Draws joint moments directly: the means are normal and the centred products Wishart (Bartlett, 1933). */
export function gaussianModel(setup: GaussianColumns): MetricModel {
  return {
    name: setup.name,
    controlValue: setup.controlValue,
    variance: setup.variance,
    draw: (random, units, effect) => drawMoments(setup, random, units, effect),
  };
}

/** An outcome with standard deviation 5 about 10 and covariates about 20 that correlate with it, not with each other. */
export function covariateModel(correlations: readonly number[]): MetricModel {
  const residual = Math.sqrt(1 - correlations.reduce((total, correlation) => total + correlation ** 2, 0));
  const covariates = correlations.map((_, index) => `covariate${index + 1}`);
  const factor = [
    [5 * residual, ...correlations.map((correlation) => 5 * correlation)],
    ...correlations.map((_, row) => [0, ...correlations.map((__, column) => (row === column ? 3 : 0))]),
  ];
  return gaussianModel({
    name: 'mean, normal',
    columns: ['outcome', ...covariates],
    means: [10, ...correlations.map(() => 20)],
    factor,
    controlValue: 10,
    variance: 25,
    effectOnMeans: [1, ...correlations.map(() => 0)],
  });
}

/** Numerator, denominator and covariates, all correlated; the ratio is 0.5. */
export const ratioWithCovariate = ratioModelWith(
  ['covariate'],
  [
    [1.5, 0.6, 1.2],
    [0, 2, 0.8],
    [0, 0, 2],
  ],
);
export const ratioWithTwoCovariates = ratioModelWith(
  ['covariate1', 'covariate2'],
  [
    [1.5, 0.6, 1.0, 0.6],
    [0, 2, 0.8, 0.3],
    [0, 0, 2, 0],
    [0, 0, 0, 2],
  ],
);
/** The covariates are numerator and denominator of the same ratio before exposure. */
export const ratioWithRatioOfBefore = ratioModelWith(
  ['numerator before', 'denominator before'],
  [
    [1.2, 0.5, 1.3, 0.6],
    [0, 1.6, 0.4, 1.4],
    [0, 0, 1.8, 0.7],
    [0, 0, 0, 2.2],
  ],
);

function ratioModelWith(covariates: readonly string[], factor: GaussianColumns['factor']): MetricModel {
  const [numerator = [], denominator = []] = factor;
  const loadings = numerator.map((loading, index) => loading - 0.5 * (denominator[index] ?? 0));
  return gaussianModel({
    name: 'ratio',
    columns: ['numerator', 'denominator', ...covariates],
    means: [5, 10, ...covariates.map(() => 8)],
    factor,
    controlValue: 0.5,
    variance: loadings.reduce((total, loading) => total + loading ** 2, 0) / 100,
    effectOnMeans: [10, 0, ...covariates.map(() => 0)],
  });
}

function drawMoments(setup: GaussianColumns, random: Random, units: number, effect: number): JointMoments {
  const { columns, means, factor, effectOnMeans } = setup;
  const size = columns.length;
  const scores = columns.map(() => random.normal() / Math.sqrt(units));
  const average = means.map((mean, row) => {
    const noise = scores.reduce((total, score, column) => total + (factor[row]?.[column] ?? 0) * score, 0);
    return mean + effect * (effectOnMeans[row] ?? 0) + noise;
  });
  const bartlett = columns.map((_, row) =>
    columns.map((__, column) => {
      if (column > row) return 0;
      return column === row ? Math.sqrt(random.chiSquare(units - 1 - row)) : random.normal();
    }),
  );
  const root = factor.map((line) =>
    columns.map((_, column) => {
      let total = 0;
      for (let index = 0; index < size; index += 1) total += (line[index] ?? 0) * (bartlett[index]?.[column] ?? 0);
      return total;
    }),
  );
  const crossProducts = columns.map((_, row) =>
    columns.map((__, column) => {
      let total = units * (average[row] ?? 0) * (average[column] ?? 0);
      for (let index = 0; index < size; index += 1) total += (root[row]?.[index] ?? 0) * (root[column]?.[index] ?? 0);
      return total;
    }),
  );
  return { n: units, columns, sums: average.map((value) => units * value), crossProducts };
}
