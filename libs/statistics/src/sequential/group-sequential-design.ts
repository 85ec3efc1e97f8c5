import type { SpendingFunction } from './spending-function.js';

/**
 * What is fixed before the first look. The estimate is oriented so that a positive effect is the one looked for;
 * negate it for a metric that should fall.
 */
export interface GroupSequentialDesign {
  /** Total type I error in (0, 1). A two-sided test spends half of it on each side. */
  readonly alpha: number;
  readonly sides: 'one' | 'two';
  readonly spending: SpendingFunction;
  /** What the looks' information counts. Default `precision`. */
  readonly informationScale?: InformationScale;
  /** The information at which all of alpha is spent, above 0. */
  readonly plannedInformation: number;
  /** Stopping because the effect is unlikely to be found. Only for a one-sided test with information by precision. */
  readonly futility?: FutilityRule;
}

/**
 * - `precision`: the reciprocal of the squared standard error, so that variance reduction, uneven arms and a changing
 *   variance count.
 * - `sample-size`: units, in an allocation that stays the same. For a standard error that is itself noisy, as that of a
 *   quantile is: information that jumps from look to look misstates how the looks are correlated, and the bounds then
 *   spend more than alpha (docs/simulation.md shows how much).
 */
export type InformationScale = 'precision' | 'sample-size';

/** Beta spending: at each look the probability of a wrong futility stop, under `effect`, follows `spending`. */
export interface FutilityRule {
  /** Total type II error in (0, 1). */
  readonly beta: number;
  readonly spending: SpendingFunction;
  /** The effect under which beta is meant, on the scale of the estimate; above 0. */
  readonly effect: number;
  /**
   * `binding`: efficacy bounds count on stopping at futility, and alpha is exceeded if that is ignored.
   * `non-binding`: efficacy bounds hold whether or not futility is obeyed.
   */
  readonly binding: 'binding' | 'non-binding';
}

/** One look of a group sequential test, with the bounds that belong to it. */
export interface GroupSequentialLook {
  /** On the scale of the design. */
  readonly information: number;
  /** Information over planned information, at most 1. */
  readonly fraction: number;
  /** Type I error spent up to and including this look, both sides together. */
  readonly alphaSpent: number;
  /**
   * The efficacy bound for z; a two-sided test also has its negative. Null when no alpha is to be spent here: all of
   * it is gone, the spending is too small for a double, or the look adds less than a millionth to the information of the
   * last bounded look, or none at all.
   */
  readonly efficacy: number | null;
  /** The futility bound for z, at most the efficacy bound; null without a futility rule or with nothing to spend. */
  readonly futility: number | null;
  /** Type II error spent up to and including this look; 0 without a futility rule. */
  readonly betaSpent: number;
  /** `final`: the test ends here; all alpha is spent unless the look has no bound. `exhausted`: it was spent at an earlier look and nothing can be concluded. */
  readonly stage: 'interim' | 'final' | 'exhausted';
}
