import type { EffectScale } from '../estimators/index.js';
import { requireOpenUnit, StatisticsError } from '../result/index.js';
import { pointTests } from './hypothesis.js';
import type { Hypothesis, PointTest } from './hypothesis.js';
import type { ReferenceDistribution } from './reference-distribution.js';
import type { Interval, TestMethod, TestOptions, TestResult } from './test-result.js';

const DEFAULT_ALPHA = 0.05;
const TWO_SIDED: Hypothesis = { kind: 'superiority', alternative: 'two-sided' };

/** An effect whose standardised distance from any null value has a known distribution. */
export interface Pivot {
  readonly method: TestMethod;
  readonly scale: EffectScale;
  readonly estimate: number;
  readonly standardError: number;
  readonly controlValue: number;
  readonly treatmentValue: number;
  readonly distribution: ReferenceDistribution;
  /** Grows with the estimate, falls with the null value. */
  statistic(nullValue: number): number;
  /** The null values whose statistic lies within the critical value on both sides; null where no value is too large. */
  within(criticalValue: number): Interval;
}

/** Level and hypothesis with defaults filled in and checked. */
export interface TestPlan {
  readonly alpha: number;
  readonly hypothesis: Hypothesis;
  /** Probability beyond the critical value on each side that is used. */
  readonly tail: number;
}

/** @throws StatisticsError on alpha outside (0, 1), or of 0.5 and more where one side holds all of it. */
export function planTest({ alpha = DEFAULT_ALPHA, hypothesis = TWO_SIDED }: TestOptions): TestPlan {
  requireOpenUnit('alpha', alpha);
  pointTests(hypothesis);
  if (isTwoSided(hypothesis)) return { alpha, hypothesis, tail: alpha / 2 };
  if (alpha >= 0.5) throw new StatisticsError('alpha', alpha, 'be below 0.5 for a one-sided or equivalence test');
  return { alpha, hypothesis, tail: alpha };
}

/** Tests the hypothesis on the pivot. */
export function runTest(pivot: Pivot, { alpha, hypothesis, tail }: TestPlan): TestResult {
  const { distribution, method, scale, estimate, standardError, controlValue, treatmentValue } = pivot;
  const [first, ...rest] = pointTests(hypothesis);
  let weakest = evaluate(pivot, first);
  for (const test of rest) {
    const next = evaluate(pivot, test);
    if (next.pValue > weakest.pValue) weakest = next;
  }
  return {
    estimable: true,
    method,
    scale,
    estimate,
    standardError,
    degreesOfFreedom: distribution.degreesOfFreedom,
    hypothesis,
    alpha,
    statistic: weakest.statistic,
    pValue: weakest.pValue,
    interval: openSides(pivot.within(distribution.criticalValue(tail)), hypothesis),
    significant: weakest.pValue <= alpha,
    controlValue,
    treatmentValue,
  };
}

function evaluate(pivot: Pivot, { nullValue, alternative }: PointTest): { statistic: number; pValue: number } {
  const statistic = pivot.statistic(nullValue);
  const { distribution } = pivot;
  switch (alternative) {
    case 'two-sided':
      return { statistic, pValue: Math.min(1, 2 * distribution.survival(Math.abs(statistic))) };
    case 'increase':
      return { statistic, pValue: distribution.survival(statistic) };
    case 'decrease':
      return { statistic, pValue: distribution.survival(-statistic) };
  }
}

function openSides(limits: Interval, hypothesis: Hypothesis): Interval {
  if (hypothesis.kind === 'equivalence' || isTwoSided(hypothesis)) return limits;
  const direction = hypothesis.kind === 'non-inferiority' ? hypothesis.preferred : hypothesis.alternative;
  return direction === 'increase' ? { lower: limits.lower, upper: null } : { lower: null, upper: limits.upper };
}

function isTwoSided(hypothesis: Hypothesis): boolean {
  return hypothesis.kind === 'superiority' && hypothesis.alternative === 'two-sided';
}
