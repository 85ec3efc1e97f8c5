import { compareVariants, mean } from '@sortition/statistics';
import type { Moments, Outcome, TestResult } from '@sortition/statistics';

import type { Interval, MetricKind } from '../comparison/compared-row.js';
import type { ArmAnalysis } from './analysis-result.js';

export interface ComparedArm {
  readonly arm: string;
  readonly moments: Moments;
}

/** What the control shows on a metric: nothing to compare. */
export function describeControl(control: ComparedArm): ArmAnalysis {
  return { ...describe(control), ...UNCOMPARED, isControl: true };
}

/**
 * Compares an arm with the control, two-sided: the score test for conversions, Welch's t-test for averages, and relative
 * intervals that go with the same test, so that both come to one decision.
 *
 * @param alpha level of the test, in (0,1).
 */
export function compareWithControl(
  kind: MetricKind,
  control: ComparedArm,
  treatment: ComparedArm,
  alpha: number,
): ArmAnalysis {
  const conversion = kind === 'conversion';
  const { absolute, relative } = compareVariants(
    { kind: conversion ? 'proportion' : 'mean', control: control.moments, treatment: treatment.moments },
    { alpha },
  );
  const described = describe(treatment);
  if (!absolute.estimable) {
    const difference = described.mean - describe(control).mean;
    return { ...described, ...UNCOMPARED, difference, reason: `${absolute.detail}.` };
  }
  return {
    ...described,
    isControl: false,
    difference: absolute.estimate,
    standardError: absolute.standardError,
    interval: intervalOf(absolute),
    relativeDifference: relative.estimable ? relative.estimate : null,
    relativeInterval: intervalOf(relative),
    pValue: absolute.pValue,
    significant: absolute.significant,
    method: absolute.method,
    reason: relative.estimable ? null : `No relative difference: ${relative.detail}.`,
  };
}

const UNCOMPARED = {
  isControl: false,
  difference: null,
  standardError: null,
  interval: null,
  relativeDifference: null,
  relativeInterval: null,
  pValue: null,
  significant: null,
  method: null,
  reason: null,
} as const;

function describe({ arm, moments }: ComparedArm): Pick<ArmAnalysis, 'arm' | 'n' | 'mean' | 'standardDeviation'> {
  const { n, sum } = moments;
  const estimate = mean(moments);
  const standardDeviation = estimate.estimable ? Math.sqrt(estimate.variance * n) : null;
  return { arm, n, mean: sum / n, standardDeviation };
}

/** A two-sided test has an interval with two ends. */
function intervalOf(outcome: Outcome<TestResult>): Interval | null {
  if (!outcome.estimable) return null;
  const { lower, upper } = outcome.interval;
  return lower === null || upper === null ? null : { lower, upper };
}
