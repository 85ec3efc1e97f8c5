import { mean, proportion, ratio } from '@sortition/statistics';
import type { JointMoments } from '@sortition/statistics';

import { countModel, proportionModel } from '../models/discrete.js';
import { lognormalModel } from '../models/lognormal.js';
import { firstColumn } from '../models/metric-model.js';
import { normalModel } from '../models/normal.js';
import { ratioModel } from '../models/ratio.js';
import { winsorizedModel } from '../models/winsorized.js';
import type { Study } from '../study.js';
import { fixedStudy } from './fixed-study.js';

const meanOf = (moments: JointMoments) => mean(firstColumn(moments));
const proportionOf = (moments: JointMoments) => proportion(firstColumn(moments));
const ratioOf = (moments: JointMoments) => ratio(moments);

const HEAVY = { full: 20_000, short: 500 } as const;

/** Fixed-horizon tests by metric and scale. */
export const fixedStudies: readonly Study[] = [
  fixedStudy({
    method: 'z',
    model: normalModel(10, 5),
    arm: meanOf,
    units: [1000, 1000],
    effect: 0.4,
    scale: 'absolute',
    test: { reference: 'z' },
  }),
  fixedStudy({
    method: 'Welch t',
    model: normalModel(10, 5),
    arm: meanOf,
    units: [10, 10],
    effect: 3,
    scale: 'absolute',
  }),
  fixedStudy({
    method: 'Welch t',
    model: normalModel(10, 5),
    arm: meanOf,
    units: [100, 900],
    effect: 0.4,
    scale: 'absolute',
  }),
  fixedStudy({
    method: 'Welch t',
    model: normalModel(10, 5),
    arm: meanOf,
    units: [1000, 1000],
    effect: 0.05,
    scale: 'relative',
  }),
  fixedStudy({
    method: 'Welch t',
    model: normalModel(10, 50),
    arm: meanOf,
    units: [1600, 1600],
    effect: 0.3,
    scale: 'relative, Fieller',
    test: { reference: 'z' },
  }),
  fixedStudy({
    method: 'Welch t',
    model: normalModel(10, 50),
    arm: meanOf,
    units: [400, 400],
    effect: 0.3,
    scale: 'relative',
    criterion: 'limit',
  }),
  fixedStudy({
    method: 'Welch t',
    model: lognormalModel(1),
    arm: meanOf,
    units: [1000, 1000],
    effect: 0.1,
    scale: 'absolute',
    replications: HEAVY,
  }),
  fixedStudy({
    method: 'Welch t',
    model: lognormalModel(2),
    arm: meanOf,
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
    model: winsorizedModel(2, Math.exp(2 * 2.326348)),
    arm: meanOf,
    units: [1000, 1000],
    effect: 0,
    scale: 'absolute',
    replications: HEAVY,
  }),
  fixedStudy({
    method: 'z',
    model: proportionModel(0.1),
    arm: proportionOf,
    units: [5000, 5000],
    effect: 0.02,
    scale: 'absolute',
    test: { reference: 'z' },
  }),
  fixedStudy({
    method: 'z',
    model: proportionModel(0.1),
    arm: proportionOf,
    units: [5000, 5000],
    effect: 0.1,
    scale: 'relative',
    test: { reference: 'z' },
  }),
  fixedStudy({
    method: 'z',
    metric: 'proportion 0.002 (rare)',
    model: proportionModel(0.002),
    arm: proportionOf,
    units: [50_000, 50_000],
    effect: 0.0006,
    scale: 'absolute',
    test: { reference: 'z' },
  }),
  fixedStudy({
    method: 'z',
    metric: 'proportion 0.002 (rare), 6 events an arm',
    model: proportionModel(0.002),
    arm: proportionOf,
    units: [3000, 3000],
    effect: 0.002,
    scale: 'absolute',
    test: { reference: 'z' },
    criterion: 'limit',
  }),
  fixedStudy({
    method: 'Welch t',
    model: countModel(0.5),
    arm: meanOf,
    units: [2000, 2000],
    effect: 0.05,
    scale: 'absolute',
  }),
  fixedStudy({
    method: 'Welch t',
    adjustment: 'delta method',
    model: ratioModel(0.3, 0.2, 0.05),
    arm: ratioOf,
    units: [2000, 2000],
    effect: 0.02,
    scale: 'absolute',
  }),
  fixedStudy({
    method: 'Welch t',
    adjustment: 'delta method',
    model: ratioModel(0.3, 0.2, 0.05),
    arm: ratioOf,
    units: [2000, 2000],
    effect: 0.05,
    scale: 'relative',
  }),
  fixedStudy({
    method: 'Welch t',
    adjustment: 'delta method and Fieller',
    model: ratioModel(0.3, 0.2, 0.05),
    arm: ratioOf,
    units: [400, 400],
    effect: 0.1,
    scale: 'relative, Fieller',
  }),
];
