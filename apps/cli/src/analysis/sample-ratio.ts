import { srm } from '@sortition/statistics';

import type { SampleRatio } from './analysis-result.js';

/** A mismatch is called at or below this p-value, as experimentation platforms commonly do. */
const MISMATCH_ALPHA = 0.001;

/** Chi-square test of the arms' sizes against the expected shares; without a p-value when the arms are too small. */
export function checkSampleRatio(sizes: readonly number[], shares: readonly number[]): SampleRatio {
  const outcome = srm(sizes, shares, MISMATCH_ALPHA);
  const degreesOfFreedom = sizes.length - 1;
  if (!outcome.estimable)
    return { pValue: null, statistic: null, degreesOfFreedom, alpha: MISMATCH_ALPHA, passed: true };
  const { pValue, statistic, hasMismatch } = outcome;
  return { pValue, statistic, degreesOfFreedom, alpha: MISMATCH_ALPHA, passed: !hasMismatch };
}
