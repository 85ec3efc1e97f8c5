import { absoluteDifference, mean, pairArms } from '../estimators/index.js';
import type { EffectEstimate } from '../estimators/index.js';
import { testEffect } from '../fixed-horizon/index.js';
import type { Interval, TestResult } from '../fixed-horizon/index.js';
import { columnMoments, combineColumns, jointMoments, requireSameColumns } from '../moments/index.js';
import type { JointMoments } from '../moments/index.js';
import { requireOpenUnit, StatisticsError } from '../result/index.js';
import type { Estimable, Outcome } from '../result/index.js';

/** The effect on one day since exposure. */
export interface DayEffect {
  /** Name of the day's column. */
  readonly day: string;
  readonly effect: Outcome<EffectEstimate>;
  /** Holds for all days together with confidence 1 - alpha (Bonferroni). Null when not estimable. */
  readonly interval: Interval | null;
}

export interface NoveltyResult extends Estimable {
  readonly days: readonly DayEffect[];
  /** Change of the effect per day, tested against 0. Negative under a wearing novelty, positive under learning. */
  readonly trend: TestResult;
  /** The trend differs from 0 at level alpha. */
  readonly isChanging: boolean;
}

/**
 * Whether the effect changes with the days since exposure. The trend is the least-squares slope of the daily effects.
 * As it is the same linear combination of each unit's days in both arms, it is tested as a difference of means of that
 * combination, which counts the dependence between the days of a unit exactly.
 *
 * Not estimable: fewer than 2 units in an arm or no variation.
 *
 * @param control joint moments with one column per day since exposure, in order, at equal distance, over units observed
 * on all of them. Units that have not reached the last day do not belong in: they would mix cohorts with days.
 * @param treatment the same columns.
 * @param alpha in (0, 1), default 0.05.
 * @throws StatisticsError on fewer than two days, different days in the arms, or moments that no data has.
 */
export function novelty(control: JointMoments, treatment: JointMoments, alpha = 0.05): Outcome<NoveltyResult> {
  requireOpenUnit('alpha', alpha);
  jointMoments(control, 'control');
  jointMoments(treatment, 'treatment');
  requireSameColumns(control, treatment, 'treatment');
  const { columns } = control;
  if (columns.length < 2) throw new StatisticsError('control.columns', columns, 'hold at least two days');
  const centre = (columns.length - 1) / 2;
  const spread = columns.reduce((sum, _, day) => sum + (day - centre) ** 2, 0);
  const weights = columns.map((_, day) => (day - centre) / spread);
  const slope = (joint: JointMoments) => mean(columnMoments(combineColumns(joint, ['slope'], [weights], [0]), 0));
  const trend = testEffect(absoluteDifference(pairArms(slope(control), slope(treatment))), { alpha });
  if (!trend.estimable) return trend;
  const days = columns.map((day, column) => dayEffect(day, column, control, treatment, alpha / columns.length));
  return { estimable: true, days, trend, isChanging: trend.significant };
}

function dayEffect(
  day: string,
  column: number,
  control: JointMoments,
  treatment: JointMoments,
  alpha: number,
): DayEffect {
  const arms = pairArms(mean(columnMoments(control, column)), mean(columnMoments(treatment, column)));
  const effect = absoluteDifference(arms);
  const test = testEffect(effect, { alpha });
  return { day, effect, interval: test.estimable ? test.interval : null };
}
