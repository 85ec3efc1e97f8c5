import { chiSquareSurvival } from '@sortition/statistics';

import type { SampleRatioCheck, VariantUnits } from './result-snapshot.js';

/** Low, because the check is looked at again and again while the experiment runs. */
export const SAMPLE_RATIO_ALPHA = 0.001;

/**
 * Pearson's chi-square test of the units of each variant against the shares that the allocation expects. A variant
 * without a share takes no part.
 */
export function checkSampleRatio(variants: readonly VariantUnits[]): SampleRatioCheck {
  const units = variants.filter(({ expectedShare }) => expectedShare > 0);
  const total = units.reduce((sum, variant) => sum + variant.units, 0);
  if (total === 0 || units.length < 2) return { alpha: SAMPLE_RATIO_ALPHA, passed: true };
  const statistic = units.reduce((sum, variant) => {
    const expected = total * variant.expectedShare;
    return sum + (variant.units - expected) ** 2 / expected;
  }, 0);
  const pValue = chiSquareSurvival(statistic, units.length - 1);
  return { pValue, alpha: SAMPLE_RATIO_ALPHA, passed: pValue >= SAMPLE_RATIO_ALPHA };
}
