import { absoluteDifference, informationOf } from '@sortition/statistics';

import { gridAdjustments, gridMetrics } from '../grid/grid.js';
import { gridMethods } from '../grid/grid-methods.js';
import type { GridPlan, GridReading } from '../grid/grid-methods.js';
import { pilotOf } from '../grid/grid-source.js';
import type { GridSource } from '../grid/grid-source.js';
import type { Random } from '../random.js';
import { coverage, falsePositives } from '../study.js';
import type { Study } from '../study.js';

const LOOKS = 3;

/** Every method on every metric with every adjustment that exists; the methods of a row read the same experiments. */
export const gridStudies: readonly Study[] = gridMetrics.flatMap(({ metric, cells }) =>
  gridAdjustments.flatMap((adjustment) => {
    const cell = cells[adjustment];
    return typeof cell === 'string' ? [] : [gridStudy(metric, adjustment, cell)];
  }),
);

function gridStudy(metric: string, adjustment: string, source: GridSource): Study {
  const { standardError } = pilotOf(source);
  const plan: GridPlan = { units: source.units, information: informationOf(standardError), effect: 3 * standardError };
  return {
    method: 'all methods',
    metric,
    adjustment,
    setting: `${LOOKS} looks, ${source.units} units an arm`,
    measures: gridMethods.flatMap((method) => [
      { ...falsePositives(0.05, method.falsePositives), method: method.name },
      { ...coverage(0.95, method.coverage), method: method.name },
    ]),
    replications: { full: 20_000, short: 60 },
    replicate(random) {
      const without = readThrough(source, random, 0);
      const under = readThrough(source, random, plan.effect);
      return gridMethods.flatMap((method) => [
        method.conclude(without, plan, 0)?.foundEffect ?? null,
        method.conclude(under, plan, plan.effect)?.covered ?? null,
      ]);
    },
  };
}

function readThrough(source: GridSource, random: Random, effect: number): readonly GridReading[] {
  const growTo = source.begin(random, effect);
  return Array.from({ length: LOOKS }, (_, look) => {
    const units = Math.round((source.units * (look + 1)) / LOOKS);
    const found = absoluteDifference(growTo(units));
    return { units, effect: found.estimable ? found : undefined };
  });
}
