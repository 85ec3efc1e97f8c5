import { goodnessOfFit, SAMPLE_RATIO_ALPHA } from '@sortition/statistics';

import type { SampleRatio } from './analysis-result.js';

/**
 * Chi-square test of the arms' sizes against the expected shares, which sum to 1. Unlike the library's `srm` it also
 * answers for arms of a few units, where the p-value is only a rough one: a file is analysed once, not watched.
 */
export function checkSampleRatio(sizes: readonly number[], shares: readonly number[]): SampleRatio {
  const { statistic, degreesOfFreedom, pValue } = goodnessOfFit(sizes, shares);
  return { pValue, statistic, degreesOfFreedom, alpha: SAMPLE_RATIO_ALPHA, passed: pValue > SAMPLE_RATIO_ALPHA };
}
