import type { MetricDefinition } from '@sortition/declaration';
import type { MetricStatistics } from '@sortition/metric-sql';
import { confidenceSequence, type Outcome, StatisticsError, type TestResult } from '@sortition/statistics';

import type { AlwaysValidTest, Comparison, Estimate, MetricRole, NonInferiorityTest } from './findings.js';
import type { PreparedComparison } from './metric-kind.js';
import { METRIC_KIND_RECORDS } from './metric-kinds.js';

/** What the warehouse summed up of one metric of a variant. */
export interface ObservedVariantMetric {
  readonly variant: string;
  readonly statistics: MetricStatistics;
}

/** How often results are looked at. */
export type Look = 'again and again' | 'once';

/** At which levels a comparison is made. */
export interface ComparisonLevels {
  /** Of the two-sided test and one minus that of the intervals. */
  readonly alpha: number;
  /** Of the one-sided test of a guardrail against its margin. */
  readonly guardrailAlpha: number;
  readonly role: MetricRole;
  readonly look: Look;
}

/**
 * Compares a variant with the control, two-sided, and a guardrail with a margin one-sided against the margin besides. The
 * relative difference has the interval that goes with the same test, so that both come to one decision. What cannot be
 * estimated says why, for this metric alone.
 */
export function compareVariants(
  metric: MetricDefinition,
  control: ObservedVariantMetric,
  treatment: ObservedVariantMetric,
  { alpha, guardrailAlpha, role, look }: ComparisonLevels,
): Comparison {
  const compared = { variant: treatment.variant, control: control.variant, alpha };
  const beyond = [control, treatment].find(({ statistics }) => statistics.beyondRange > 0);
  if (beyond) return { ...compared, reason: `OUT_OF_RANGE: ${describeBeyond(beyond)}` };
  try {
    const prepared = METRIC_KIND_RECORDS[metric.kind].compare(metric, control.statistics, treatment.statistics);
    const { absolute, relative } = prepared.test({ alpha });
    if (!absolute.estimable) return { ...compared, reason: reasonOf(absolute) };
    const { adjustment, varianceReduction, unadjusted = '' } = prepared;
    const alwaysValid = look === 'again and again' ? testAtEveryLook(prepared, alpha) : undefined;
    const margin = role === 'guardrail' ? metric.nonInferiorityMargin : undefined;
    return {
      ...compared,
      method: absolute.method,
      ...(adjustment && { adjustment }),
      ...(varianceReduction !== undefined && { varianceReduction }),
      reason: [reasonOf(relative), unadjusted].filter((text) => text !== '').join('; '),
      test: testOf(absolute, relative),
      ...(alwaysValid && { alwaysValid }),
      ...(margin !== undefined && { nonInferiority: testMargin(prepared, metric, margin, guardrailAlpha) }),
    };
  } catch (error) {
    if (!(error instanceof StatisticsError)) throw error;
    return { ...compared, reason: `IMPOSSIBLE_SUMS: what the warehouse added up fits no data: ${error.message}` };
  }
}

/** Units of both variants at which the sequence is tightest. Fixed before the data, and the same for every experiment. */
const TUNED_AT_UNITS = 5_000;

function testAtEveryLook(prepared: PreparedComparison, alpha: number): AlwaysValidTest | undefined {
  const effect = prepared.effect();
  if (!effect.estimable) return undefined;
  const { lower, upper, pValue } = confidenceSequence(
    { effect: effect.estimate, standardError: effect.standardError, sampleSize: effect.n },
    { alpha, sides: 'two', tunedAt: TUNED_AT_UNITS },
  );
  return { lower, upper: upper ?? Number.POSITIVE_INFINITY, pValue, significant: pValue <= alpha };
}

/** One-sided levels end at 0.5. */
const HIGHEST_ONE_SIDED = 0.49;

function testMargin(
  prepared: PreparedComparison,
  { direction }: MetricDefinition,
  margin: number,
  alpha: number,
): NonInferiorityTest {
  const { relative } = prepared.test({
    alpha: Math.min(alpha, HIGHEST_ONE_SIDED),
    hypothesis: { kind: 'non-inferiority', preferred: direction, margin },
  });
  return relative.estimable
    ? { margin, pValue: relative.pValue, shown: relative.significant }
    : { margin, shown: false };
}

function describeBeyond({ variant, statistics: { n, beyondRange } }: ObservedVariantMetric): string {
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
