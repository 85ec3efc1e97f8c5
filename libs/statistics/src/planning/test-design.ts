import type { SpendingFunction } from '../sequential/index.js';

/** How an experiment is to be judged. */
export type TestDesign = FixedDesign | GroupSequentialPlan | ConfidenceSequencePlan | MixtureSprtPlan;

interface Level {
  /** Type I error in (0, 1), of both sides together when two-sided. */
  readonly alpha: number;
  readonly sides: 'one' | 'two';
}

/** One z test at the end. */
export interface FixedDesign extends Level {
  readonly kind: 'fixed';
}

/** A group sequential test with bounds at planned looks. */
export interface GroupSequentialPlan extends Level {
  readonly kind: 'group-sequential';
  readonly spending: SpendingFunction;
  /** Planned information fractions of the looks, ascending in (0, 1] and ending with 1. */
  readonly fractions: readonly number[];
  /** Only for a one-sided test; beta is meant under the effect that the plan is for. */
  readonly futility?: PlannedFutility;
}

/** Beta spending in a plan: see `FutilityRule` of the running test. */
export interface PlannedFutility {
  readonly beta: number;
  readonly spending: SpendingFunction;
  readonly binding: 'binding' | 'non-binding';
}

/** A confidence sequence read at evenly spaced looks; power is the chance that it leaves out the null by the last. */
export interface ConfidenceSequencePlan extends Level {
  readonly kind: 'confidence-sequence';
  /** Sample size at which the sequence is tightest. */
  readonly tunedAt: number;
  /** Evenly spaced looks up to the planned sample size, 1 to 200. */
  readonly looks: number;
}

/** A two-sided mixture sequential probability ratio test read at evenly spaced looks. */
export interface MixtureSprtPlan {
  readonly kind: 'mixture-sprt';
  readonly alpha: number;
  readonly sides: 'two';
  readonly mixtureVariance: number;
  /** Evenly spaced looks up to the planned sample size, 1 to 200. */
  readonly looks: number;
}

/** What is to be shown, on the scale of the effect; directions are such that more is better. */
export type PlanHypothesis =
  /** The effect is above 0. `effect` > 0 is the one to be found. */
  | { readonly kind: 'superiority'; readonly effect: number }
  /** The effect is above -margin, with margin > 0. `effect` is the true one, above -margin; default 0. */
  | { readonly kind: 'non-inferiority'; readonly margin: number; readonly effect?: number }
  /** The effect lies in (-margin, margin), by two one-sided tests at alpha each. `effect` is the true one; default 0. */
  | { readonly kind: 'equivalence'; readonly margin: number; readonly effect?: number };

/** A design, what it is to show, and how noisy a unit is. */
export interface ExperimentPlan {
  readonly design: TestDesign;
  readonly hypothesis: PlanHypothesis;
  readonly unitVariance: UnitVariance;
}

/**
 * The variance of the estimated effect times the total number of units in the experiment, all arms counted; a function
 * where the variance depends on the effect, as with proportions. `meanUnitVariance` and its siblings make it.
 */
export type UnitVariance = number | ((effect: number) => number);
