import { compareVariants, type Moments, type Outcome, type TestResult } from '@sortition/statistics';

import type { Comparison, Estimate } from './result-snapshot.js';

export interface Arm {
  readonly variant: string;
  readonly moments: Moments;
}

/**
 * Compares a variant with the control: conversions by the z-test for two proportions, averages by Welch's t-test, both
 * two-sided; the relative difference by the delta method.
 *
 * @param alpha level of the test and one minus the level of the intervals.
 */
export function compareArms(kind: 'conversion' | 'average', control: Arm, treatment: Arm, alpha: number): Comparison {
  const { absolute, relative } = compareVariants(
    {
      kind: kind === 'conversion' ? 'proportion' : 'mean',
      control: control.moments,
      treatment: treatment.moments,
    },
    { alpha, reference: kind === 'conversion' ? 'z' : 't' },
  );
  const compared = { variant: treatment.variant, control: control.variant, alpha };
  if (!absolute.estimable) return { ...compared, reason: reasonOf(absolute) };
  const relativeEstimate = relative.estimable ? estimateOf(relative) : undefined;
  return {
    ...compared,
    reason: reasonOf(relative),
    test: {
      absolute: estimateOf(absolute),
      ...(relativeEstimate && { relative: relativeEstimate }),
      pValue: absolute.pValue,
      significant: absolute.significant,
    },
  };
}

function estimateOf({ estimate, standardError, interval }: TestResult): Estimate {
  // Two-sided tests have intervals with both ends.
  return {
    value: estimate,
    lower: interval.lower ?? Number.NEGATIVE_INFINITY,
    upper: interval.upper ?? Number.POSITIVE_INFINITY,
    standardError,
  };
}

function reasonOf(outcome: Outcome<TestResult>): string {
  return outcome.estimable ? '' : `${outcome.reason}: ${outcome.detail}`;
}
