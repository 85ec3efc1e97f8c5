import { absoluteDifference, confidenceSequence, mergeJointMoments, mixtureSprt } from '@sortition/statistics';
import type { JointMoments } from '@sortition/statistics';

import { meanPair, proportionPair, ratioPair, regressionPair } from '../arm-pairs.js';
import type { PairEstimator } from '../arm-pairs.js';
import { proportionModel } from '../models/discrete.js';
import { covariateModel } from '../models/gaussian.js';
import { lognormalModel } from '../models/lognormal.js';
import type { MetricModel } from '../models/metric-model.js';
import { normalModel } from '../models/normal.js';
import { ratioModel } from '../models/ratio.js';
import type { Random } from '../random.js';
import { coverage, falsePositives } from '../study.js';
import type { Criterion, Study } from '../study.js';

interface Reading {
  readonly effect: number;
  readonly standardError: number;
  readonly sampleSize: number;
}

interface Bounds {
  readonly lower: number;
  readonly upper: number | null;
}

interface AlwaysValidStudy {
  readonly method: string;
  readonly metric?: string;
  readonly adjustment?: string;
  readonly model: MetricModel;
  readonly pair: PairEstimator;
  readonly effect: number;
  readonly first: number;
  readonly last: number;
  /** Share of the units in treatment; default one half. */
  readonly treated?: number;
  readonly criterion?: Criterion;
  readonly short: number;
  readonly read: (reading: Reading) => Bounds;
}

const LOOKS = 50;

/** Readings at 50 looks spaced evenly in the logarithm of the sample size: an error at any of them counts. */
function alwaysValidStudy(setup: AlwaysValidStudy): Study {
  const { model, effect, first, last, criterion = 'at-most', short } = setup;
  const atLeast = criterion === 'at-most' ? 'at-least' : criterion;
  const sizes = Array.from({ length: LOOKS }, (_, look) => Math.round(first * (last / first) ** (look / (LOOKS - 1))));
  return {
    method: setup.method,
    metric: setup.metric ?? model.name,
    adjustment: setup.adjustment ?? 'none',
    setting:
      setup.treated === undefined
        ? `${LOOKS} looks, ${first} to ${last} units an arm`
        : `${LOOKS} looks, ${2 * first} to ${2 * last} units, ${100 * setup.treated} % in treatment`,
    measures: [falsePositives(0.05, criterion), coverage(0.95, atLeast)],
    replications: { full: 20_000, short },
    replicate: (random) => [!coversThroughout(setup, sizes, random, 0), coversThroughout(setup, sizes, random, effect)],
  };
}

function coversThroughout(
  { model, pair, read, treated = 0.5 }: AlwaysValidStudy,
  sizes: readonly number[],
  random: Random,
  truth: number,
): boolean {
  let arms: readonly [JointMoments, JointMoments] | undefined;
  let seen = 0;
  for (const size of sizes) {
    if (size === seen) continue;
    const added = (share: number): number => Math.round(2 * share * size) - Math.round(2 * share * seen);
    const batch = [model.draw(random, added(1 - treated), 0), model.draw(random, added(treated), truth)] as const;
    arms = arms === undefined ? batch : [mergeJointMoments(arms[0], batch[0]), mergeJointMoments(arms[1], batch[1])];
    seen = size;
    const difference = absoluteDifference(pair(arms[0], arms[1]));
    if (!difference.estimable) continue;
    const { lower, upper } = read({
      effect: difference.estimate,
      standardError: difference.standardError,
      sampleSize: 2 * size,
    });
    if (lower > truth || (upper !== null && upper < truth)) return false;
  }
  return true;
}

const tuned = { alpha: 0.05, sides: 'two', tunedAt: 5000 } as const;
const sequence = (reading: Reading) => confidenceSequence(reading, tuned);
const normal = { model: normalModel(10, 5), pair: meanPair, effect: 0.3 } as const;

/** Methods that hold at every look. */
export const alwaysValidStudies: readonly Study[] = [
  alwaysValidStudy({
    ...normal,
    method: 'confidence sequence, tuned at 5000',
    first: 100,
    last: 100_000,
    short: 80,
    read: sequence,
  }),
  alwaysValidStudy({
    ...normal,
    method: 'confidence sequence, tuned at 5000, one-sided',
    first: 100,
    last: 100_000,
    short: 80,
    read: (reading) => confidenceSequence(reading, { ...tuned, sides: 'one' }),
  }),
  alwaysValidStudy({
    ...normal,
    method: 'mixture SPRT',
    first: 100,
    last: 100_000,
    short: 80,
    read: (reading) => mixtureSprt(reading, { alpha: 0.05, mixtureVariance: 0.09 }),
  }),
  alwaysValidStudy({
    method: 'confidence sequence, tuned at 5000',
    model: proportionModel(0.05),
    pair: proportionPair,
    effect: 0.01,
    first: 500,
    last: 100_000,
    short: 80,
    read: sequence,
  }),
  alwaysValidStudy({
    method: 'confidence sequence, tuned at 5000',
    metric: 'proportion 0.002 (rare)',
    model: proportionModel(0.002),
    pair: proportionPair,
    effect: 0.0005,
    first: 10_000,
    last: 200_000,
    short: 80,
    read: sequence,
  }),
  ...[0.1, 0.01].flatMap((treated) =>
    [
      { method: 'confidence sequence, tuned at 5000', read: sequence },
      {
        method: 'mixture SPRT',
        read: (reading: Reading) => mixtureSprt(reading, { alpha: 0.05, mixtureVariance: 1e-6 }),
      },
    ].map(({ method, read }) =>
      alwaysValidStudy({
        method,
        metric: 'proportion 0.002 (rare)',
        model: proportionModel(0.002),
        pair: proportionPair,
        effect: 0.001,
        first: 500,
        last: 400_000,
        treated,
        short: 60,
        read,
      }),
    ),
  ),
  alwaysValidStudy({
    method: 'confidence sequence, tuned at 5000',
    metric: 'mean, normal',
    model: normalModel(10, 5),
    pair: meanPair,
    effect: 0.3,
    first: 500,
    last: 100_000,
    treated: 0.1,
    short: 60,
    read: sequence,
  }),
  alwaysValidStudy({
    method: 'confidence sequence, tuned at 5000',
    adjustment: 'regression, correlation 0.7',
    model: covariateModel([0.7]),
    pair: regressionPair,
    effect: 0.3,
    first: 100,
    last: 100_000,
    short: 80,
    read: sequence,
  }),
  alwaysValidStudy({
    method: 'mixture SPRT',
    adjustment: 'delta method',
    model: ratioModel(0.3, 0.2, 0.05),
    pair: ratioPair,
    effect: 0.02,
    first: 200,
    last: 100_000,
    short: 80,
    read: (reading) => mixtureSprt(reading, { alpha: 0.05, mixtureVariance: 4e-4 }),
  }),
  alwaysValidStudy({
    method: 'confidence sequence, tuned at 5000',
    model: lognormalModel({ sigma: 1 }),
    pair: meanPair,
    effect: 0.1,
    first: 200,
    last: 2000,
    short: 100,
    read: sequence,
  }),
  alwaysValidStudy({
    method: 'confidence sequence, tuned at 5000',
    metric: 'mean, lognormal sigma 2',
    model: lognormalModel({ sigma: 2 }),
    pair: meanPair,
    effect: 2,
    first: 20,
    last: 1000,
    criterion: 'limit',
    short: 50,
    read: sequence,
  }),
];
