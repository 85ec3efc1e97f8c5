import type { ComparedMetric, ComparedRow } from '../comparison/compared-row.js';
import type { ExperimentResults, ResultComparison, ResultMetric, ResultVariant } from './experiment-results.js';

/** The metrics of an experiment as rows to show, and the level that all of them share. */
export function comparedMetrics({ metrics }: ExperimentResults): {
  readonly metrics: readonly ComparedMetric[];
  readonly alpha: number;
} {
  const alpha = metrics.flatMap(({ comparisons }) => comparisons)[0]?.alpha ?? 0.05;
  return { metrics: metrics.map(comparedMetric), alpha };
}

function comparedMetric({ metric, kind, role, direction, variants, comparisons }: ResultMetric): ComparedMetric {
  return {
    metric,
    kind: kind === 'conversion' ? 'conversion' : 'average',
    remarks: [role, `${direction} is better`],
    rows: variants.map((variant) =>
      comparedRow(
        variant,
        comparisons.find((comparison) => comparison.variant === variant.variant),
      ),
    ),
  };
}

function comparedRow({ variant, units, mean }: ResultVariant, compared: ResultComparison | undefined): ComparedRow {
  const { absolute = null, relative = null } = compared ?? {};
  return {
    variant,
    units,
    mean,
    isControl: compared === undefined,
    difference: absolute?.value ?? null,
    interval: absolute,
    relativeDifference: relative?.value ?? null,
    relativeInterval: relative,
    pValue: compared?.pValue ?? null,
    significant: compared?.significant ?? null,
    method: compared?.method || null,
    reason: compared?.reason || null,
  };
}
