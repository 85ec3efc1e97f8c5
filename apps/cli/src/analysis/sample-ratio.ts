import { chiSquareSurvival } from '@sortition/statistics';

import type { SampleRatio } from './analysis-result.js';

/** A mismatch is called below this p-value, as experimentation platforms commonly do. */
const MISMATCH_ALPHA = 0.001;

/**
 * Chi-square test of the arms' sizes against the expected shares, which sum to 1. Unlike the library's `srm` it also
 * answers for arms of a few units, where the p-value is only a rough one: a file is analysed once, not watched.
 */
export function checkSampleRatio(sizes: readonly number[], shares: readonly number[]): SampleRatio {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const degreesOfFreedom = sizes.length - 1;
  const statistic = sizes.reduce((sum, size, index) => {
    const expected = total * (shares[index] ?? 0);
    return sum + (size - expected) ** 2 / expected;
  }, 0);
  const pValue = chiSquareSurvival(statistic, degreesOfFreedom);
  return { pValue, statistic, degreesOfFreedom, alpha: MISMATCH_ALPHA, passed: pValue >= MISMATCH_ALPHA };
}
