import { absoluteDifference, informationOf } from '@sortition/statistics';

import { GRID_REPLICATIONS, gridAdjustments, gridMetrics } from '../grid/grid.js';
import { gridMethods, groupSequential } from '../grid/grid-methods.js';
import type { GridMethod, GridPlan, GridReading } from '../grid/grid-methods.js';
import { pilotOf, quantileSource } from '../grid/grid-source.js';
import type { GridAdjustment, GridMetric } from '../grid/grid.js';
import type { GridSource } from '../grid/grid-source.js';
import type { Random } from '../random.js';
import { coverage, falsePositives } from '../study.js';
import type { Study } from '../study.js';

const LOOKS = 3;

/** Every method on every metric with every adjustment that exists; the methods of a row read the same experiments. */
export const gridStudies: readonly Study[] = [
  ...gridMetrics.flatMap(({ metric, cells, replications, claim }) =>
    gridAdjustments.flatMap((adjustment) => {
      const cell = cells[adjustment];
      return typeof cell === 'string'
        ? []
        : [
            gridStudy(
              metric,
              adjustment,
              cell,
              replications,
              gridMethods.map((method) => claiming(method, claim, adjustment)),
            ),
          ];
    }),
  ),
  quantileByPrecision(),
];

/**
 * The larger of two standard errors is taken of shares that are not adjusted, and not by the score test. Where they are
 * adjusted, a group sequential test in uneven arms exceeds its level by less than one percentage point.
 */
function claiming(method: GridMethod, claim: GridMetric['claim'], adjustment: GridAdjustment): GridMethod {
  const isUnclaimed = claim === 'limit' || (claim === 'one look' && method.conclude === groupSequential);
  if (isUnclaimed) return { ...method, falsePositives: 'limit', coverage: 'limit' };
  const isAdjusted = adjustment !== 'none' && adjustment !== 'post-stratification';
  if (claim === 'conservative' && isAdjusted && method.conclude === groupSequential) {
    return { ...method, falsePositives: 'near', coverage: 'near' };
  }
  const isScore = method === gridMethods[0] && adjustment === 'none';
  const hasLarger = claim === 'conservative' && !isAdjusted;
  if (!hasLarger || isScore || method.falsePositives !== 'equal') return method;
  return { ...method, falsePositives: 'at-most', coverage: 'at-least' };
}

/** What goes wrong when information is read off a standard error that is itself noisy: both scales, same experiments. */
function quantileByPrecision(): Study {
  const source = quantileSource([1200, 1200], 0.9, 'unit');
  const precision = informationOf(pilotOf(source).standardError);
  const scales = [
    { informationScale: 'sample-size', information: source.units[0] + source.units[1] },
    { informationScale: 'precision', information: precision },
  ] as const;
  const methods = scales.map((scale): GridMethod => ({
    name: `group sequential, information by ${scale.informationScale}`,
    falsePositives: 'limit',
    coverage: 'limit',
    conclude: (readings, plan, truth) => groupSequential(readings, { ...plan, ...scale }, truth),
  }));
  return gridStudy('quantile 0.9, one value a unit, both scales', 'none', source, GRID_REPLICATIONS, methods);
}

function gridStudy(
  metric: string,
  adjustment: string,
  source: GridSource,
  replications = GRID_REPLICATIONS,
  methods = gridMethods,
): Study {
  const { informationScale } = source;
  const units = source.units[0] + source.units[1];
  const { standardError } = pilotOf(source);
  const information = informationScale === 'precision' ? informationOf(standardError) : units;
  const plan: GridPlan = { units, informationScale, information, effect: 3 * standardError };
  return {
    method: 'all methods',
    metric,
    adjustment,
    setting: `${LOOKS} looks, ${source.units.join(' + ')} units`,
    measures: methods.flatMap((method) => [
      { ...falsePositives(0.05, method.falsePositives), method: method.name },
      { ...coverage(0.95, method.coverage), method: method.name },
    ]),
    replications,
    replicate(random) {
      const without = readThrough(source, random, 0);
      const under = readThrough(source, random, plan.effect);
      return methods.flatMap((method) => [
        method.conclude(without, plan, 0)?.foundEffect ?? null,
        method.conclude(under, plan, plan.effect)?.covered ?? null,
      ]);
    },
  };
}

function readThrough(source: GridSource, random: Random, effect: number): readonly GridReading[] {
  const growTo = source.begin(random, effect);
  return Array.from({ length: LOOKS }, (_, look) => {
    const sizeOf = (size: number): number => Math.round((size * (look + 1)) / LOOKS);
    const sizes = [sizeOf(source.units[0]), sizeOf(source.units[1])] as const;
    const { pair, shares } = growTo(sizes);
    const found = absoluteDifference(pair);
    return { units: sizes[0] + sizes[1], effect: found.estimable ? found : undefined, shares };
  });
}
