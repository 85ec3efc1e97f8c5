import type { ComparedMetric, ComparedRow } from '../comparison/compared-row.js';
import type { ResultComparison, ResultMetric, ResultVariant } from './experiment-results.js';

const DEFAULT_ALPHA = 0.05;

/** A metric of an experiment as rows to show. */
export function comparedMetric(result: ResultMetric): ComparedMetric {
  const { metric, kind, role, direction, unitOfMeasure, variants, comparisons } = result;
  return {
    metric,
    kind,
    alpha: comparisons[0]?.alpha ?? DEFAULT_ALPHA,
    remarks: [role, `${direction} is better`, ...(unitOfMeasure === null ? [] : [unitOfMeasure])],
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
    varianceReduction: compared?.varianceReduction ?? null,
    nonInferiority: compared?.nonInferiority ?? null,
    reason: compared?.reason || null,
  };
}
