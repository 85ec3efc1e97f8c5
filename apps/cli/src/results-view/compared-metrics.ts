import type { ComparedMetric, ComparedRow } from '../comparison/compared-row.js';
import type { ResultComparison, ResultMetric, ResultVariant } from './experiment-results.js';

const DEFAULT_ALPHA = 0.05;

/**
 * A metric of an experiment as rows to show. Of results that are looked at again and again only what is found at every look
 * is marked.
 */
export function comparedMetric(result: ResultMetric, look: ComparedMetric['look']): ComparedMetric {
  const { metric, kind, role, direction, unitOfMeasure, variants, comparisons } = result;
  return {
    metric,
    kind,
    look,
    alpha: comparisons[0]?.alpha ?? DEFAULT_ALPHA,
    remarks: [role, `${direction} is better`, ...(unitOfMeasure === null ? [] : [unitOfMeasure])],
    rows: variants.map((variant) =>
      comparedRow(
        variant,
        comparisons.find((comparison) => comparison.variant === variant.variant),
        look,
      ),
    ),
  };
}

function comparedRow(
  { variant, units, mean }: ResultVariant,
  compared: ResultComparison | undefined,
  look: ComparedMetric['look'],
): ComparedRow {
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
    isMarked: (look === 'once' ? compared?.significant : compared?.alwaysValid?.significant) ?? false,
    alwaysValid: compared?.alwaysValid ?? null,
    method: compared?.method || null,
    varianceReduction: compared?.varianceReduction ?? null,
    nonInferiority: compared?.nonInferiority ?? null,
    reason: compared?.reason || null,
  };
}
