import { goodnessOfFit, SAMPLE_RATIO_ALPHA, srm } from '@sortition/statistics';

import type { SampleRatioCheck, VariantUnits } from './findings.js';

/**
 * Whether the units of each variant fit the shares that are expected. A variant without a share takes no part.
 *
 * @param look `again and again`: with too few units to tell, the check passes without a p-value; `once`: it answers for a
 *   few units too, by a p-value that is a rough one then.
 */
export function checkSampleRatio(
  variants: readonly VariantUnits[],
  look: 'again and again' | 'once',
): SampleRatioCheck {
  const alpha = SAMPLE_RATIO_ALPHA;
  const expected = variants.filter(({ expectedShare }) => expectedShare > 0);
  if (expected.length < 2) return { alpha, passed: true };
  const units = expected.map((variant) => variant.units);
  const shares = expected.map(({ expectedShare }) => expectedShare);
  if (look === 'once') {
    const { pValue } = goodnessOfFit(units, shares);
    return { pValue, alpha, passed: pValue > alpha };
  }
  const outcome = srm(units, shares, alpha);
  if (!outcome.estimable) return { alpha, passed: true };
  return { pValue: outcome.pValue, alpha, passed: !outcome.hasMismatch };
}
