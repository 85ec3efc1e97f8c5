import { srm } from '@sortition/statistics';

import type { SampleRatioCheck, VariantUnits } from './result-snapshot.js';

/** Low, because the check is looked at again and again while the experiment runs. */
export const SAMPLE_RATIO_ALPHA = 0.001;

/**
 * Whether the units of each variant fit the shares that the allocation expects. A variant without a share takes no
 * part; with too few units to tell, the check passes without a p-value.
 */
export function checkSampleRatio(variants: readonly VariantUnits[]): SampleRatioCheck {
  const expected = variants.filter(({ expectedShare }) => expectedShare > 0);
  if (expected.length < 2) return { alpha: SAMPLE_RATIO_ALPHA, passed: true };
  const outcome = srm(
    expected.map(({ units }) => units),
    expected.map(({ expectedShare }) => expectedShare),
    SAMPLE_RATIO_ALPHA,
  );
  if (!outcome.estimable) return { alpha: SAMPLE_RATIO_ALPHA, passed: true };
  return { pValue: outcome.pValue, alpha: SAMPLE_RATIO_ALPHA, passed: !outcome.hasMismatch };
}
