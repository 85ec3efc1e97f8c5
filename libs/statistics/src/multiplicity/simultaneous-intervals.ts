import { normalSurvival, normalUpperQuantile, studentSurvival, studentUpperQuantile } from '../distributions/index.js';
import type { EffectEstimate } from '../estimators/index.js';
import type { Direction, Interval, Reference } from '../fixed-horizon/index.js';
import { notEstimable, requireLength, requireOpenUnit } from '../result/index.js';
import type { Estimable, Outcome } from '../result/index.js';
import { adjustPValues, harmonicNumber } from './adjust-p-values.js';
import type { MultiplicityMethod } from './adjust-p-values.js';

/** Intervals that hold together for a family of effects. */
export interface SimultaneousIntervals extends Estimable {
  /** In the order of the effects; null for an effect for which the method makes no statement. */
  readonly intervals: readonly (Interval | null)[];
  /**
   * `simultaneous`: all intervals cover with probability 1 - alpha. `false-coverage-rate`: of the intervals that are
   * given, an expected share of at most alpha fails to cover.
   */
  readonly guarantee: 'simultaneous' | 'false-coverage-rate';
}

export interface SimultaneousOptions {
  /** Family level in (0, 1). */
  readonly alpha: number;
  /** Two-sided, or one-sided in the direction to be shown. */
  readonly alternative: 'two-sided' | Direction;
  /** Default `t`. */
  readonly reference?: Reference;
}

/**
 * Intervals that match the decisions of {@link adjustPValues} against a null value of 0, where the literature has them:
 *
 * - bonferroni: every interval at level alpha / m, any alternative.
 * - holm, one-sided only: an effect that is not rejected is bounded at level alpha / (number not rejected); a rejected
 *   one is bounded by 0, and when all are rejected by the better of 0 and its bound at level alpha / m (Guilbaud,
 *   Biometrical Journal 2008; Strassburger & Bretz, Statistics in Medicine 2008).
 * - benjamini-hochberg, benjamini-yekutieli: for the R rejected effects marginal intervals at level alpha R / m, for
 *   the latter over 1 + 1/2 + .. + 1/m too; null for the others (Benjamini & Yekutieli, JASA 2005).
 * - holm two-sided, hochberg, hommel: not estimable (`NOT_DEFINED_FOR_METHOD`). Rebuilding a standard error from the
 *   adjusted p-value, as some tools do, has no coverage guarantee.
 *
 * @throws StatisticsError on an empty family or alpha outside (0, 1).
 */
export function simultaneousIntervals(
  method: MultiplicityMethod,
  effects: readonly EffectEstimate[],
  options: SimultaneousOptions,
): Outcome<SimultaneousIntervals> {
  requireLength('effects', effects, 1);
  const alpha = requireOpenUnit('alpha', options.alpha);
  const m = effects.length;
  switch (method) {
    case 'bonferroni':
      return simultaneous(effects.map((effect) => interval(effect, alpha / m, options)));
    case 'holm':
      if (options.alternative !== 'two-sided') return simultaneous(holm(effects, options, options.alternative));
      return undefinedFor('holm, two-sided');
    case 'hochberg':
    case 'hommel':
      return undefinedFor(method);
    case 'benjamini-hochberg':
    case 'benjamini-yekutieli': {
      const rejected = rejections(method, effects, options);
      const share = rejected.filter(Boolean).length / m / (method === 'benjamini-yekutieli' ? harmonicNumber(m) : 1);
      const intervals = effects.map((effect, i) => (rejected[i] ? interval(effect, alpha * share, options) : null));
      return { estimable: true, intervals, guarantee: 'false-coverage-rate' };
    }
  }
}

function holm(
  effects: readonly EffectEstimate[],
  options: SimultaneousOptions,
  direction: Direction,
): readonly Interval[] {
  const rejected = rejections('holm', effects, options);
  const open = rejected.filter((isRejected) => !isRejected).length;
  const beyondZero = (bound: Interval): Interval =>
    direction === 'increase'
      ? { lower: Math.max(0, bound.lower ?? 0), upper: null }
      : { lower: null, upper: Math.min(0, bound.upper ?? 0) };
  return effects.map((effect, i) => {
    if (open === 0) return beyondZero(interval(effect, options.alpha / effects.length, options));
    if (rejected[i]) return direction === 'increase' ? { lower: 0, upper: null } : { lower: null, upper: 0 };
    return interval(effect, options.alpha / open, options);
  });
}

function rejections(
  method: MultiplicityMethod,
  effects: readonly EffectEstimate[],
  options: SimultaneousOptions,
): readonly boolean[] {
  const pValues = effects.map((effect) => {
    const statistic = effect.estimate / effect.standardError;
    if (options.alternative === 'two-sided') return Math.min(1, 2 * survival(effect, Math.abs(statistic), options));
    return survival(effect, options.alternative === 'increase' ? statistic : -statistic, options);
  });
  return adjustPValues(method, pValues).map((p) => p <= options.alpha);
}

function interval(effect: EffectEstimate, level: number, options: SimultaneousOptions): Interval {
  const tail = options.alternative === 'two-sided' ? level / 2 : level;
  const critical =
    options.reference === 'z' ? normalUpperQuantile(tail) : studentUpperQuantile(tail, effect.degreesOfFreedom);
  const reach = critical * effect.standardError;
  return {
    lower: options.alternative === 'decrease' ? null : effect.estimate - reach,
    upper: options.alternative === 'increase' ? null : effect.estimate + reach,
  };
}

function survival(effect: EffectEstimate, statistic: number, options: SimultaneousOptions): number {
  return options.reference === 'z' ? normalSurvival(statistic) : studentSurvival(statistic, effect.degreesOfFreedom);
}

function simultaneous(intervals: readonly Interval[]): SimultaneousIntervals {
  return { estimable: true, intervals, guarantee: 'simultaneous' };
}

function undefinedFor(method: string) {
  return notEstimable('NOT_DEFINED_FOR_METHOD', `no simultaneous intervals are known that match ${method}`);
}
