import { expectedEvents, proportion } from '../estimators/index.js';
import type { EffectScale } from '../estimators/index.js';
import type { Moments } from '../moments/index.js';
import { notEstimable } from '../result/index.js';
import type { Outcome } from '../result/index.js';
import { pointTests } from './hypothesis.js';
import { referenceDistribution } from './reference-distribution.js';
import type { EventCounts } from './restricted-shares.js';
import { planTest, runTest } from './run-test.js';
import type { Pivot, TestPlan } from './run-test.js';
import { limitAt } from './score-limits.js';
import { scoreOfDifference, scoreOfRatio } from './score-statistic.js';
import type { ScoreCorrection } from './score-statistic.js';
import type { TestOptions, TestResult } from './test-result.js';

/**
 * Events, or units without one, that the smaller arm must expect when nothing differs for the uncorrected score test;
 * with fewer the test is corrected for skewness and continuity.
 */
export const FEW_EVENTS = 5;

/** Test and interval of two shares on both scales; they agree on whether there is an effect. */
export interface ProportionTests {
  readonly absolute: Outcome<TestResult>;
  readonly relative: Outcome<TestResult>;
}

/**
 * Compares two shares by the score test, with the interval of all the null values that the test does not reject: Mee's
 * (1984) interval of the difference, which is that of Miettinen & Nurminen (1985) without their factor n / (n - 1), and
 * Koopman's (1984) of the ratio, never below -100 percent. Where the smaller arm expects fewer than {@link FEW_EVENTS}
 * events, or units without one, when nothing differs, the statistic is corrected for skewness and continuity.
 *
 * Not estimable: fewer than 2 units in an arm; no events at all, or nothing but events. The relative difference is not
 * estimable either without events in control, or with so few that nothing bounds it on a side that is asked for.
 *
 * `standardError` is that of the first null value tested: pooled for a test against no difference.
 *
 * @throws StatisticsError as `proportion`, and on options outside their ranges.
 */
export function testProportions(control: Moments, treatment: Moments, options: TestOptions = {}): ProportionTests {
  const plan = planTest(options);
  const [ofControl, ofTreatment] = [proportion(control, 'control'), proportion(treatment, 'treatment')];
  for (const [arm, outcome] of Object.entries({ control: ofControl, treatment: ofTreatment })) {
    if (outcome.estimable) continue;
    const missing = { ...outcome, detail: `In the ${arm} arm: ${outcome.detail}` };
    return { absolute: missing, relative: missing };
  }
  const [events, units] = [control.sum + treatment.sum, control.n + treatment.n];
  if (events === 0 || events === units) {
    const detail = `${events === 0 ? 'none' : 'all'} of the ${units} units of both arms have the event`;
    const missing = notEstimable('TOO_FEW_EVENTS', detail);
    return { absolute: missing, relative: missing };
  }
  const comparison = comparisonOf(control, treatment);
  return { absolute: runTest(difference(comparison, plan), plan), relative: testRatio(comparison, plan) };
}

/** Two arms with what the test makes of their counts. */
export interface Comparison {
  readonly counts: EventCounts;
  readonly correction: ScoreCorrection;
  readonly method: TestResult['method'];
  readonly controlValue: number;
  readonly treatmentValue: number;
}

/** Decides by the counts, before any null value is tested, which statistic is right for them. */
export function comparisonOf(control: Moments, treatment: Moments): Comparison {
  const hasFewEvents = expectedEvents(control, treatment) < FEW_EVENTS;
  return {
    counts: {
      controlUnits: control.n,
      controlEvents: control.sum,
      treatmentUnits: treatment.n,
      treatmentEvents: treatment.sum,
    },
    correction: hasFewEvents ? 'skewness and continuity' : 'none',
    method: hasFewEvents ? 'corrected-score' : 'score',
    controlValue: control.sum / control.n,
    treatmentValue: treatment.sum / treatment.n,
  };
}

const distribution = referenceDistribution('z', Number.NaN);

function difference({ counts, correction, ...common }: Comparison, plan: TestPlan): Pivot {
  const estimate = common.treatmentValue - common.controlValue;
  const [first] = pointTests(plan.hypothesis);
  const scoreAt = (nullValue: number) => scoreOfDifference(counts, Math.max(-1, Math.min(1, nullValue)), correction);
  const statistic = (nullValue: number): number => scoreAt(nullValue).value;
  const { standardError } = scoreAt(first.nullValue);
  const search = { start: estimate, step: scoreAt(0).standardError, lowest: -1, highest: 1 };
  return {
    ...common,
    ...scale('absolute', estimate, standardError),
    statistic,
    within: (critical) => ({
      lower: limitAt(statistic, critical, search),
      upper: limitAt(statistic, -critical, search),
    }),
  };
}

/** Logarithm of a thousand: a ratio that may be a thousand times what was seen has no bound, and one that may be a thousandth of it is 0. */
const LARGEST_LOG_RATIO = Math.log(1000);

function testRatio({ counts, correction, ...common }: Comparison, plan: TestPlan): Outcome<TestResult> {
  const { controlEvents, controlUnits, treatmentEvents, treatmentUnits } = counts;
  if (controlEvents === 0) {
    return notEstimable('ZERO_DENOMINATOR', `no unit of control has the event, so there is nothing to relate to`);
  }
  const base = common.controlValue;
  const estimate = common.treatmentValue / base - 1;
  const scoreAt = (nullValue: number) => scoreOfRatio(counts, 1 + nullValue, correction);
  // No share is below 0, so a null value of -100 percent and less is exceeded by every event.
  const statistic = (nullValue: number): number =>
    nullValue > -1 ? scoreAt(nullValue).value : treatmentEvents > 0 ? CERTAIN : 0;
  const onLog = (log: number): number => scoreOfRatio(counts, Math.exp(log), correction).value;
  const seen = Math.max(treatmentEvents, 0.5) / treatmentUnits / (controlEvents / controlUnits);
  const farthest = Math.max(LARGEST_LOG_RATIO, Math.abs(Math.log(seen)) + LARGEST_LOG_RATIO);
  const search = { start: Math.log(seen), step: 0.5, lowest: -farthest, highest: farthest };
  const limit = (target: number): number => limitAt(onLog, target, search);
  const [first] = pointTests(plan.hypothesis);
  const pivot: Pivot = {
    ...common,
    ...scale('relative', estimate, first.nullValue > -1 ? scoreAt(first.nullValue).standardError / base : 0),
    statistic,
    within: (critical) => {
      const [lower, upper] = [limit(critical), limit(-critical)];
      return {
        lower: lower <= -farthest ? -1 : Math.exp(lower) - 1,
        upper: upper >= farthest ? null : Math.exp(upper) - 1,
      };
    },
  };
  const result = runTest(pivot, plan);
  if (result.interval.upper === null && needsUpper(plan)) {
    const detail = `control has ${controlEvents} of ${controlUnits} units with the event, too few to bound the relative difference from above`;
    return notEstimable('DENOMINATOR_NOT_CLEARLY_OFF_ZERO', detail);
  }
  return result;
}

const CERTAIN = 1e3;

function needsUpper({ hypothesis }: TestPlan): boolean {
  if (hypothesis.kind === 'equivalence') return true;
  return (hypothesis.kind === 'non-inferiority' ? hypothesis.preferred : hypothesis.alternative) !== 'increase';
}

function scale(name: EffectScale, estimate: number, standardError: number) {
  return { scale: name, estimate, standardError, distribution } as const;
}
