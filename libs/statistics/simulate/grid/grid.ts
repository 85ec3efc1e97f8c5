import { cupedPair, linearised, meanPair, proportionPair, ratioPair, regressionPair } from '../arm-pairs.js';
import type { PairEstimator } from '../arm-pairs.js';
import { countModel, proportionModel } from '../models/discrete.js';
import {
  covariateModel,
  ratioWithCovariate,
  ratioWithRatioOfBefore,
  ratioWithTwoCovariates,
} from '../models/gaussian.js';
import { lognormalModel } from '../models/lognormal.js';
import type { MetricModel } from '../models/metric-model.js';
import { normalModel } from '../models/normal.js';
import { ratioModel } from '../models/ratio.js';
import { momentsSource, quantileSource, strataSource } from './grid-source.js';
import type { ArmSizes, GridSource } from './grid-source.js';
import type { Study } from '../study.js';

/** How the arms are made comparable. */
export const gridAdjustments = [
  'none',
  'CUPED',
  'regression, 1 covariate',
  'regression, 2 covariates',
  'post-stratification',
  'regression, ratio of before',
] as const;

export type GridAdjustment = (typeof gridAdjustments)[number];

/** Data to try every method on, or why there is none. */
export type GridCell = GridSource | string;

/** A row of the grid: no adjustment may be left out. */
export interface GridMetric {
  readonly metric: string;
  readonly cells: Readonly<Record<GridAdjustment, GridCell>>;
  readonly replications: Study['replications'];
  /**
   * What is claimed beside the usual. `conservative`: shares in uneven arms, whose standard error is the larger of two, so
   * that the level is kept and not used up; adjusted and read group sequentially, they are near it. `one look`: nothing is
   * claimed of group sequential tests. `limit`: nothing is claimed at all.
   */
  readonly claim?: 'conservative' | 'one look' | 'limit';
}

/** How often each study of the grid is drawn. */
export const GRID_REPLICATIONS: Study['replications'] = { full: 20_000, short: 60 };

/** Uneven arms repeat each metric, so that a few experiments of each are enough for the short run. */
const UNEVEN: Study['replications'] = { full: 20_000, short: 20 };

/** For data that is drawn unit by unit into arms of thousands. */
const SLOW: Study['replications'] = { full: 4000, short: 20 };

interface MomentsMetric {
  /** Units an arm, or of control and treatment. */
  readonly units: number | ArmSizes;
  readonly plain: PairEstimator;
  readonly models: { readonly none: MetricModel; readonly one: MetricModel; readonly two: MetricModel };
  /** Half of the units, three and two of ten. */
  readonly strata: readonly [MetricModel, MetricModel, MetricModel];
  /** Ratios are adjusted as means per unit. */
  readonly through?: (adjust: PairEstimator) => PairEstimator;
  readonly ratioOfBefore?: MetricModel;
  readonly replications?: Study['replications'];
  readonly claim?: GridMetric['claim'];
}

const SHARES = [0.5, 0.3, 0.2];

function momentsMetric(metric: string, setup: MomentsMetric): GridMetric {
  const { plain, models, strata, through = (adjust) => adjust, ratioOfBefore } = setup;
  const units = typeof setup.units === 'number' ? ([setup.units, setup.units] as const) : setup.units;
  const withShares = strata.map((model, index) => ({ share: SHARES[index] ?? 0, model }));
  return {
    metric,
    replications: setup.replications ?? (units[0] === units[1] ? GRID_REPLICATIONS : UNEVEN),
    ...(setup.claim === undefined ? {} : { claim: setup.claim }),
    cells: {
      none: momentsSource(units, models.none, plain),
      CUPED: momentsSource(units, models.one, through(cupedPair)),
      'regression, 1 covariate': momentsSource(units, models.one, through(regressionPair)),
      'regression, 2 covariates': momentsSource(units, models.two, through(regressionPair)),
      'post-stratification': strataSource(units, withShares, plain),
      'regression, ratio of before':
        ratioOfBefore === undefined
          ? 'the metric is no ratio'
          : momentsSource(units, ratioOfBefore, through(regressionPair)),
    },
  };
}

function quantileMetric(metric: string, none: GridSource, claim?: GridMetric['claim']): GridMetric {
  const noMoments = 'a quantile is no mean per unit: it has no moments with covariates';
  return {
    metric,
    replications: claim === undefined ? GRID_REPLICATIONS : SLOW,
    ...(claim === undefined ? {} : { claim }),
    cells: {
      none,
      CUPED: noMoments,
      'regression, 1 covariate': noMoments,
      'regression, 2 covariates': noMoments,
      'post-stratification': 'the average of the quantiles of strata is not the quantile of all',
      'regression, ratio of before': 'the metric is no ratio',
    },
  };
}

const heavy = { sigma: 1 } as const;
/** The cap is the 97.5th percentile of the units without strata. */
const capped = { sigma: 2, cap: Math.exp(2 * 1.96) } as const;
const one = [0.7];
const two = [0.6, 0.4];

const normalModels = {
  models: { none: normalModel(10, 5), one: covariateModel(one), two: covariateModel(two) },
  strata: [normalModel(8, 4), normalModel(12, 6), normalModel(25, 10)],
} as const;
const heavyModels = {
  models: {
    none: lognormalModel(heavy),
    one: lognormalModel({ ...heavy, correlations: one }),
    two: lognormalModel({ ...heavy, correlations: two }),
  },
  strata: [
    lognormalModel({ sigma: 0.8 }),
    lognormalModel({ sigma: 0.8, median: 1.5 }),
    lognormalModel({ sigma: 0.8, median: 3 }),
  ],
} as const;
const shareModels = {
  models: {
    none: proportionModel(0.05),
    one: proportionModel(0.05, [0.08]),
    two: proportionModel(0.05, [0.06, 0.04]),
  },
  strata: [proportionModel(0.02), proportionModel(0.05), proportionModel(0.15)],
} as const;
const rareModels = {
  models: {
    none: proportionModel(0.002),
    one: proportionModel(0.002, [0.004]),
    two: proportionModel(0.002, [0.003, 0.002]),
  },
  strata: [proportionModel(0.001), proportionModel(0.002), proportionModel(0.005)],
} as const;
const countModels = {
  models: { none: countModel(0.5), one: countModel(0.5, [0.8]), two: countModel(0.5, [0.6, 0.4]) },
  strata: [countModel(0.2), countModel(0.6), countModel(2)],
} as const;
const ratioModels = {
  models: { none: ratioModel(0.3, 0.2, 0.05), one: ratioWithCovariate, two: ratioWithTwoCovariates },
  strata: [ratioModel(0.2, 0.2, 0.05), ratioModel(0.4, 0.3, 0.05), ratioModel(0.8, 0.4, 0.1)],
  through: linearised,
  ratioOfBefore: ratioWithRatioOfBefore,
} as const;

/** Every metric with every adjustment, in even and in uneven arms. */
export const gridMetrics: readonly GridMetric[] = [
  momentsMetric('mean, normal', { units: 1000, plain: meanPair, ...normalModels }),
  momentsMetric('mean, normal, 90:10', { units: [9000, 1000], plain: meanPair, ...normalModels }),
  momentsMetric('mean, normal, 99:1', { units: [49_500, 500], plain: meanPair, ...normalModels }),
  momentsMetric('mean, lognormal sigma 1 (heavy-tailed)', { units: 1000, plain: meanPair, ...heavyModels }),
  momentsMetric('mean, lognormal sigma 1 (heavy-tailed), 90:10', {
    units: [18_000, 2000],
    plain: meanPair,
    ...heavyModels,
    replications: SLOW,
    claim: 'one look',
  }),
  momentsMetric('mean, lognormal sigma 2 (heavy-tailed), winsorized', {
    units: 600,
    plain: meanPair,
    models: {
      none: lognormalModel(capped),
      one: lognormalModel({ ...capped, correlations: one }),
      two: lognormalModel({ ...capped, correlations: two }),
    },
    strata: [
      lognormalModel(capped),
      lognormalModel({ ...capped, median: 1.5 }),
      lognormalModel({ ...capped, median: 3 }),
    ],
  }),
  momentsMetric('proportion 0.05', { units: 8000, plain: proportionPair, ...shareModels }),
  momentsMetric('proportion 0.05, 90:10', {
    units: [45_000, 5000],
    plain: proportionPair,
    ...shareModels,
    claim: 'conservative',
  }),
  momentsMetric('proportion 0.05, 99:1', {
    units: [495_000, 5000],
    plain: proportionPair,
    ...shareModels,
    claim: 'conservative',
  }),
  momentsMetric('proportion 0.002 (rare)', { units: 200_000, plain: proportionPair, ...rareModels }),
  momentsMetric('proportion 0.002 (rare), 90:10', {
    units: [900_000, 100_000],
    plain: proportionPair,
    ...rareModels,
    claim: 'conservative',
  }),
  momentsMetric('proportion 0.002 (rare), 99:1', {
    units: [9_900_000, 100_000],
    plain: proportionPair,
    ...rareModels,
    claim: 'conservative',
  }),
  momentsMetric('count, Poisson 0.5', { units: 4000, plain: meanPair, ...countModels }),
  momentsMetric('count, Poisson 0.5, 90:10', { units: [18_000, 2000], plain: meanPair, ...countModels }),
  momentsMetric('ratio', { units: 2000, plain: ratioPair, ...ratioModels }),
  momentsMetric('ratio, 90:10', { units: [18_000, 2000], plain: ratioPair, ...ratioModels }),
  quantileMetric('quantile 0.9, one value a unit', quantileSource([1200, 1200], 0.9, 'unit')),
  quantileMetric('quantile 0.9, one value a unit, 90:10', quantileSource([9000, 1000], 0.9, 'unit'), 'limit'),
  quantileMetric('quantile 0.9, events of a unit dependent', quantileSource([600, 600], 0.9, 'events')),
];
