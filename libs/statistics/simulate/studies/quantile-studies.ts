import { absoluteDifference, pairArms, testEffect } from '@sortition/statistics';

import { addUnits, quantileArm } from '../models/quantile-arm.js';
import type { Events } from '../models/quantile-arm.js';
import type { Random } from '../random.js';
import { coverage, falsePositives } from '../study.js';
import type { Study } from '../study.js';

const REPLICATIONS = { full: 20_000, short: 100 } as const;

/** Quantiles of raw events; units differ in level and number of events, so that events of a unit belong together. */
export const quantileStudies: readonly Study[] = [
  quantileStudy({ probability: 0.5, units: 4000, clustered: false }),
  quantileStudy({ probability: 0.9, units: 1000, clustered: false }),
  quantileStudy({ probability: 0.5, units: 400, clustered: true }),
  quantileStudy({ probability: 0.9, units: 400, clustered: true }),
];

interface QuantileSetup {
  readonly probability: number;
  readonly units: number;
  readonly clustered: boolean;
}

function quantileStudy({ probability, units, clustered }: QuantileSetup): Study {
  const shift = 0.3;
  const clustering = clustered ? 'events' : 'unit';
  const drawArm = (random: Random, effect: number) => {
    const events: Events = { values: [], ends: [] };
    addUnits(events, random, units, { clustering, effect });
    return quantileArm(events, probability, clustering);
  };
  return {
    method: 'Welch t',
    metric: `quantile ${probability}, ${clustered ? 'events of a unit dependent' : 'one value a unit'}`,
    adjustment: clustered ? 'clustered by unit' : 'none',
    setting: `${units} + ${units} units, absolute`,
    measures: [falsePositives(0.05), coverage(0.95)],
    replications: REPLICATIONS,
    replicate(random) {
      const control = drawArm(random, 0);
      const without = testEffect(absoluteDifference(pairArms(control, drawArm(random, 0))));
      const under = testEffect(absoluteDifference(pairArms(control, drawArm(random, shift))));
      const { lower, upper } = under.estimable ? under.interval : { lower: 0, upper: 0 };
      return [
        without.estimable ? without.significant : null,
        under.estimable ? (lower ?? -Infinity) <= shift && shift <= (upper ?? Infinity) : null,
      ];
    },
  };
}
