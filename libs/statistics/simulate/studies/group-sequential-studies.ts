import { cupedPair, meanPair, proportionPair, ratioPair, regressionPair } from '../arm-pairs.js';
import { countModel, proportionModel } from '../models/discrete.js';
import { covariateModel } from '../models/gaussian.js';
import { lognormalModel } from '../models/lognormal.js';
import { normalModel } from '../models/normal.js';
import { ratioModel } from '../models/ratio.js';
import type { Study } from '../study.js';
import { groupSequentialStudy } from './group-sequential-study.js';

const twoSided = { alpha: 0.05, sides: 'two' } as const;
const obrienFleming = { family: 'obrien-fleming' } as const;
const pocock = { family: 'pocock' } as const;
const five = [400, 800, 1200, 1600, 2000];
const normal = { model: normalModel(10, 5), pair: meanPair, effect: 0.3 } as const;
const SHORT = { full: 20_000, short: 80 } as const;

/** Group sequential tests by spending family and metric. */
export const groupSequentialStudies: readonly Study[] = [
  groupSequentialStudy({
    ...normal,
    method: "group sequential, O'Brien-Fleming type",
    design: { ...twoSided, spending: obrienFleming },
    looks: five,
    replications: SHORT,
  }),
  groupSequentialStudy({
    ...normal,
    method: 'group sequential, Pocock type',
    design: { ...twoSided, spending: pocock },
    looks: [400, 1200, 2000],
    replications: { full: 20_000, short: 100 },
    readout: 'stage-wise',
  }),
  groupSequentialStudy({
    ...normal,
    method: 'group sequential, power family 2',
    design: { ...twoSided, spending: { family: 'power', exponent: 2 } },
    looks: [150, 400, 900, 1700, 2000],
    replications: SHORT,
  }),
  groupSequentialStudy({
    ...normal,
    method: 'group sequential, Hwang-Shih-DeCani -4, one-sided',
    design: { alpha: 0.025, sides: 'one', spending: { family: 'hwang-shih-decani', gamma: -4 } },
    looks: five,
    replications: SHORT,
  }),
  groupSequentialStudy({
    ...normal,
    method: 'group sequential, Pocock type, run over by half',
    design: { ...twoSided, spending: pocock },
    looks: [400, 1200, 3000],
    plannedUnits: 2000,
    replications: SHORT,
  }),
  groupSequentialStudy({
    ...normal,
    method: 'group sequential, Pocock type, ended early',
    design: { ...twoSided, spending: pocock },
    looks: [400, 800, 1200],
    plannedUnits: 2000,
    replications: SHORT,
  }),
  groupSequentialStudy({
    ...normal,
    method: 'group sequential, binding futility',
    design: {
      alpha: 0.025,
      sides: 'one',
      spending: obrienFleming,
      futility: { beta: 0.2, spending: pocock, effect: 0.47, binding: 'binding' },
    },
    looks: [400, 800, 1200, 2000],
    replications: SHORT,
  }),
  groupSequentialStudy({
    method: "group sequential, O'Brien-Fleming type",
    design: { ...twoSided, spending: obrienFleming },
    model: proportionModel(0.05),
    pair: proportionPair,
    looks: [2000, 4000, 6000, 8000, 10_000],
    effect: 0.008,
    replications: SHORT,
  }),
  groupSequentialStudy({
    method: 'group sequential, Pocock type',
    metric: 'proportion 0.002 (rare)',
    design: { ...twoSided, spending: pocock },
    model: proportionModel(0.002),
    pair: proportionPair,
    looks: [20_000, 40_000, 60_000, 80_000, 100_000],
    effect: 0.0005,
    replications: SHORT,
  }),
  groupSequentialStudy({
    method: 'group sequential, Pocock type',
    design: { ...twoSided, spending: pocock },
    model: countModel(0.5),
    pair: meanPair,
    looks: five,
    effect: 0.05,
    replications: SHORT,
  }),
  groupSequentialStudy({
    method: "group sequential, O'Brien-Fleming type",
    adjustment: 'delta method',
    design: { ...twoSided, spending: obrienFleming },
    model: ratioModel(0.3, 0.2, 0.05),
    pair: ratioPair,
    looks: five,
    effect: 0.02,
    replications: SHORT,
  }),
  groupSequentialStudy({
    method: 'group sequential, Pocock type',
    adjustment: 'CUPED, correlation 0.7',
    design: { ...twoSided, spending: pocock },
    model: covariateModel([0.7]),
    variance: 25 * (1 - 0.7 ** 2),
    pair: cupedPair,
    looks: five,
    effect: 0.3,
    replications: SHORT,
  }),
  groupSequentialStudy({
    method: "group sequential, O'Brien-Fleming type",
    adjustment: 'regression, two covariates',
    design: { ...twoSided, spending: obrienFleming },
    model: covariateModel([0.6, 0.4]),
    variance: 25 * (1 - 0.6 ** 2 - 0.4 ** 2),
    pair: regressionPair,
    looks: five,
    effect: 0.3,
    replications: SHORT,
  }),
  groupSequentialStudy({
    method: "group sequential, O'Brien-Fleming type",
    design: { ...twoSided, spending: obrienFleming },
    model: lognormalModel({ sigma: 1 }),
    pair: meanPair,
    looks: five,
    effect: 0.1,
    replications: { full: 20_000, short: 100 },
  }),
  groupSequentialStudy({
    method: 'group sequential, Pocock type',
    design: { ...twoSided, spending: pocock },
    model: lognormalModel({ sigma: 2 }),
    pair: meanPair,
    looks: five,
    effect: 2,
    criterion: 'limit',
    replications: { full: 20_000, short: 50 },
  }),
  ...[
    { looks: [10_000, 20_000, 30_000, 40_000, 50_000], treated: 0.1, effect: 0.003 },
    { looks: [100_000, 200_000, 300_000, 400_000, 500_000], treated: 0.01, effect: 0.003 },
  ].flatMap((setup) =>
    [obrienFleming, pocock].map((spending) =>
      groupSequentialStudy({
        ...setup,
        method: `group sequential, ${spending.family === 'pocock' ? 'Pocock' : "O'Brien-Fleming"} type`,
        metric: 'proportion 0.005 (rare)',
        design: { ...twoSided, spending },
        model: proportionModel(0.005),
        pair: proportionPair,
        criterion: 'at-most',
        coverage: 'limit',
        replications: SHORT,
      }),
    ),
  ),
];
