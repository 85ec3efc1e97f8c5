import { compareVariants, type Moments, type Outcome, StatisticsError, type TestResult } from '@sortition/statistics';

import type { Comparison, Estimate } from './result-snapshot.js';

export interface Arm {
  readonly variant: string;
  readonly moments: Moments;
  /** Units whose number is too large to be in the moments. */
  readonly beyondRange: number;
}

/**
 * Compares a variant with the control, two-sided: conversions by the score test for two proportions, averages by Welch's
 * t-test; the relative difference by the interval that goes with the same test, so that both come to one decision. What
 * cannot be estimated says why, for this metric alone.
 *
 * @param alpha level of the test and one minus the level of the intervals.
 */
export function compareArms(kind: 'conversion' | 'average', control: Arm, treatment: Arm, alpha: number): Comparison {
  const compared = { variant: treatment.variant, control: control.variant, alpha };
  const beyond = [control, treatment].find(({ beyondRange }) => beyondRange > 0);
  if (beyond) return { ...compared, reason: `OUT_OF_RANGE: ${describeBeyond(beyond)}` };
  try {
    const { absolute, relative } = compareVariants(
      {
        kind: kind === 'conversion' ? 'proportion' : 'mean',
        control: control.moments,
        treatment: treatment.moments,
      },
      { alpha },
    );
    if (!absolute.estimable) return { ...compared, reason: reasonOf(absolute) };
    return { ...compared, method: absolute.method, reason: reasonOf(relative), test: testOf(absolute, relative) };
  } catch (error) {
    if (!(error instanceof StatisticsError)) throw error;
    return { ...compared, reason: `IMPOSSIBLE_SUMS: what the warehouse added up fits no data: ${error.message}` };
  }
}

function describeBeyond({ variant, moments: { n }, beyondRange }: Arm): string {
  const have = beyondRange === 1 ? 'has' : 'have';
  return `${beyondRange} of ${n} units ${have} a number beyond 1e100 in variant "${variant}"; such values were tracked by mistake or in bad faith, and no mean can be told while they count`;
}

function testOf(absolute: TestResult, relative: Outcome<TestResult>): NonNullable<Comparison['test']> {
  return {
    absolute: estimateOf(absolute),
    ...(relative.estimable && { relative: estimateOf(relative) }),
    pValue: absolute.pValue,
    significant: absolute.significant,
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
