import { meanPair, ratioPair, sparseMeanPair } from '../arm-pairs.js';
import { countModel, proportionModel } from '../models/discrete.js';
import { lognormalModel } from '../models/lognormal.js';
import { normalModel } from '../models/normal.js';
import { ratioModel } from '../models/ratio.js';
import { sparseModel } from '../models/sparse.js';
import type { Study } from '../study.js';
import { fixedStudy } from './fixed-study.js';

const HEAVY = { full: 20_000, short: 150 } as const;

/** Fixed-horizon tests by metric and scale. */
export const fixedStudies: readonly Study[] = [
  fixedStudy({
    method: 'z',
    model: normalModel(10, 5),
    pair: meanPair,
    units: [1000, 1000],
    effect: 0.4,
    scale: 'absolute',
    test: { reference: 'z' },
  }),
  fixedStudy({
    method: 'Welch t',
    model: normalModel(10, 5),
    pair: meanPair,
    units: [10, 10],
    effect: 3,
    scale: 'absolute',
  }),
  fixedStudy({
    method: 'Welch t',
    model: normalModel(10, 5),
    pair: meanPair,
    units: [100, 900],
    effect: 0.4,
    scale: 'absolute',
  }),
  fixedStudy({
    method: 'Welch t',
    model: normalModel(10, 5),
    pair: meanPair,
    units: [1000, 1000],
    effect: 0.05,
    scale: 'relative',
  }),
  fixedStudy({
    method: 'Welch t',
    model: normalModel(10, 50),
    pair: meanPair,
    units: [1600, 1600],
    effect: 0.3,
    scale: 'relative, Fieller',
    test: { reference: 'z' },
  }),
  fixedStudy({
    method: 'Welch t',
    model: normalModel(10, 50),
    pair: meanPair,
    units: [400, 400],
    effect: 0.3,
    scale: 'relative',
    criterion: 'limit',
  }),
  fixedStudy({
    method: 'Welch t',
    model: lognormalModel({ sigma: 1 }),
    pair: meanPair,
    units: [1000, 1000],
    effect: 0.1,
    scale: 'absolute',
    replications: HEAVY,
  }),
  fixedStudy({
    method: 'Welch t',
    model: lognormalModel({ sigma: 2 }),
    pair: meanPair,
    units: [1000, 1000],
    effect: 2,
    scale: 'absolute',
    criterion: 'limit',
    replications: HEAVY,
  }),
  fixedStudy({
    method: 'Welch t',
    metric: 'mean, lognormal sigma 2',
    adjustment: 'winsorized at the 99th percentile',
    model: lognormalModel({ sigma: 2, cap: Math.exp(2 * 2.326348) }),
    pair: meanPair,
    units: [1000, 1000],
    effect: 1.5,
    scale: 'absolute',
    replications: HEAVY,
  }),
  ...shareStudies(),
  fixedStudy({
    method: 'pooled t or none',
    model: sparseModel(0.02, 1),
    pair: sparseMeanPair,
    units: [9000, 1000],
    effect: 0.03,
    scale: 'absolute',
    criterion: 'at-most',
    coverage: 'limit',
  }),
  fixedStudy({
    method: 'pooled t or none',
    model: sparseModel(0.02, 1),
    pair: sparseMeanPair,
    units: [1000, 1000],
    effect: 0.02,
    scale: 'absolute',
    criterion: 'at-most',
  }),
  fixedStudy({
    method: 'Welch t',
    model: normalModel(10, 5),
    pair: meanPair,
    units: [9900, 100],
    effect: 1,
    scale: 'relative, Fieller',
  }),
  fixedStudy({
    method: 'Welch t',
    model: countModel(0.5),
    pair: meanPair,
    units: [2000, 2000],
    effect: 0.05,
    scale: 'absolute',
  }),
  fixedStudy({
    method: 'Welch t',
    adjustment: 'delta method',
    model: ratioModel(0.3, 0.2, 0.05),
    pair: ratioPair,
    units: [2000, 2000],
    effect: 0.02,
    scale: 'absolute',
  }),
  fixedStudy({
    method: 'Welch t',
    adjustment: 'delta method',
    model: ratioModel(0.3, 0.2, 0.05),
    pair: ratioPair,
    units: [2000, 2000],
    effect: 0.05,
    scale: 'relative',
  }),
  fixedStudy({
    method: 'Welch t',
    adjustment: 'delta method and Fieller',
    model: ratioModel(0.3, 0.2, 0.05),
    pair: ratioPair,
    units: [400, 400],
    effect: 0.1,
    scale: 'relative, Fieller',
  }),
];

/** Two shares by the score test, in even and uneven arms, with many and with hardly any events. */
function shareStudies(): readonly Study[] {
  const shares = [
    { units: [5000, 5000], share: 0.1, effect: 0.02, criterion: 'equal' },
    { units: [50_000, 50_000], share: 0.002, effect: 0.0006, criterion: 'equal' },
    { units: [3000, 3000], share: 0.002, effect: 0.002, criterion: 'at-most' },
    { units: [9000, 1000], share: 0.1, effect: 0.03, criterion: 'equal' },
    { units: [9000, 1000], share: 0.005, effect: 0.005, criterion: 'at-most' },
    { units: [9000, 1000], share: 0.002, effect: 0.004, criterion: 'at-most' },
    { units: [9900, 100], share: 0.02, effect: 0.05, criterion: 'at-most' },
    { units: [95_000, 5000], share: 0.001, effect: 0.001, criterion: 'at-most' },
    { units: [90, 10], share: 0.2, effect: 0.3, criterion: 'at-most' },
    { units: [99_000, 1000], share: 0.1, effect: 0.03, criterion: 'equal' },
  ] as const;
  return shares.flatMap(({ units, share, effect, criterion }) =>
    (['absolute', 'relative'] as const).map((scale) =>
      fixedStudy({
        method: 'score test',
        model: proportionModel(share),
        byScore: true,
        units,
        effect: scale === 'absolute' ? effect : effect / share,
        scale,
        criterion,
      }),
    ),
  );
}
