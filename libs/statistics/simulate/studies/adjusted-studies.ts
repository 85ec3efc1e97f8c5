import { mean, pairArms, postStratify } from '@sortition/statistics';

import { adjustedRatioPair, cupedPair, regressionPair } from '../arm-pairs.js';
import { covariateModel, ratioWithCovariate } from '../models/gaussian.js';
import { lognormalModel } from '../models/lognormal.js';
import { firstColumn } from '../models/metric-model.js';
import { normalModel } from '../models/normal.js';
import type { Random } from '../random.js';
import type { Study } from '../study.js';
import { fixedStudy } from './fixed-study.js';

const HEAVY = { full: 20_000, short: 150 } as const;

/** Fixed-horizon tests with variance reduction. */
export const adjustedStudies: readonly Study[] = [
  fixedStudy({
    method: 'Welch t',
    adjustment: 'CUPED, correlation 0.7',
    model: covariateModel([0.7]),
    pair: cupedPair,
    units: [500, 500],
    effect: 0.5,
    scale: 'absolute',
  }),
  fixedStudy({
    method: 'Welch t',
    adjustment: 'CUPED, correlation 0.7',
    model: covariateModel([0.7]),
    pair: cupedPair,
    units: [500, 500],
    effect: 0.05,
    scale: 'relative',
  }),
  fixedStudy({
    method: 'Welch t',
    adjustment: 'CUPED, two covariates',
    model: covariateModel([0.6, 0.4]),
    pair: cupedPair,
    units: [500, 1500],
    effect: 0.5,
    scale: 'absolute',
  }),
  fixedStudy({
    method: 'Welch t',
    adjustment: 'CUPED, correlation 0.7',
    model: lognormalModel({ sigma: 1, correlations: [0.7] }),
    pair: cupedPair,
    units: [1000, 1000],
    effect: 0.1,
    scale: 'absolute',
    replications: HEAVY,
  }),
  fixedStudy({
    method: 'Welch t',
    adjustment: 'regression, correlation 0.7',
    model: covariateModel([0.7]),
    pair: regressionPair,
    units: [500, 500],
    effect: 0.5,
    scale: 'absolute',
  }),
  fixedStudy({
    method: 'Welch t',
    adjustment: 'regression, slopes 0.8 and 0.2, uneven arms',
    model: covariateModel([0.8]),
    treatmentModel: covariateModel([0.2]),
    pair: regressionPair,
    units: [1500, 500],
    effect: 0.5,
    scale: 'absolute',
  }),
  fixedStudy({
    method: 'Welch t',
    adjustment: 'regression, two covariates',
    model: covariateModel([0.6, 0.4]),
    pair: regressionPair,
    units: [500, 500],
    effect: 0.05,
    scale: 'relative',
  }),
  fixedStudy({
    method: 'Welch t',
    adjustment: 'regression, correlation 0.7',
    model: lognormalModel({ sigma: 1, correlations: [0.7] }),
    pair: regressionPair,
    units: [1000, 1000],
    effect: 0.1,
    scale: 'absolute',
    replications: HEAVY,
  }),
  fixedStudy({
    method: 'Welch t',
    adjustment: 'delta method and regression',
    model: ratioWithCovariate,
    pair: adjustedRatioPair,
    units: [500, 500],
    effect: 0.02,
    scale: 'absolute',
  }),
  fixedStudy({
    method: 'Welch t',
    adjustment: 'post-stratification, three strata',
    model: normalModel(10, 5),
    drawPair: drawStrata,
    units: [500, 700],
    effect: 0.5,
    scale: 'absolute',
  }),
];

const STRATA = [
  { share: 0.5, mean: 8, deviation: 4 },
  { share: 0.3, mean: 12, deviation: 6 },
  { share: 0.2, mean: 25, deviation: 10 },
];

function drawStrata(random: Random, units: readonly [number, number], shift: number) {
  const shares = STRATA.map(({ share }) => share);
  const [inControl, inTreatment] = [random.multinomial(units[0], shares), random.multinomial(units[1], shares)];
  return postStratify(
    STRATA.map(({ mean: level, deviation }, index) => {
      const model = normalModel(level, deviation);
      const control = mean(firstColumn(model.draw(random, inControl[index] ?? 0, 0)));
      const treatment = mean(firstColumn(model.draw(random, inTreatment[index] ?? 0, shift)));
      return { key: `stratum ${index + 1}`, pair: pairArms(control, treatment) };
    }),
  );
}
