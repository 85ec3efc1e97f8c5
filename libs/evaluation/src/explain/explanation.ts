import type { SplitExplanation } from '../bucketing/index.js';
import type { Decision, Schedule } from '../model/index.js';

/** A decision with every step that led to it, in the order in which they were taken. */
export interface Explanation {
  readonly flag: string;
  readonly revision: number;
  /** The same decision that `evaluate` gives. */
  readonly decision: Decision;
  readonly steps: readonly ExplainedStep[];
}

export type ExplainedStep =
  | { readonly kind: 'flag-not-found' }
  | { readonly kind: 'disabled' }
  | ExplainedPrerequisite
  | ExplainedTarget
  | ExplainedRule
  /** No target and no rule decided. */
  | { readonly kind: 'default' }
  /** Reading the context threw, or a stored assignment is needed; nothing after this was looked at. */
  | { readonly kind: 'stopped'; readonly reason: string };

export interface ExplainedPrerequisite {
  readonly kind: 'prerequisite';
  readonly flag: string;
  /** Variants of which one must be served. */
  readonly variants: readonly string[];
  readonly served: string | undefined;
  readonly held: boolean;
  readonly steps: readonly ExplainedStep[];
}

export interface ExplainedTarget {
  readonly kind: 'target';
  readonly attribute: string;
  /** The value in the context, as text for people. */
  readonly value: string;
  /** The variant that the value is given, if any. */
  readonly variant: string | undefined;
}

export interface ExplainedRule {
  readonly kind: 'rule';
  readonly rule: string;
  readonly outcome: RuleOutcome;
  readonly schedule: Schedule | undefined;
  readonly condition: ExplainedCondition | undefined;
  readonly assignment: ExplainedAssignment | undefined;
}

/**
 * - `inactive`: the schedule does not hold at the time of the evaluation.
 * - `condition-false`: the context does not match.
 * - `operator-failed`: a plugin operator threw, so the rule does not match.
 * - `not-assigned`: the unit is held out, outside the layer's ranges, owned by no allocation, or missing.
 * - `passed`: a fall-through rule; its assignment is recorded and the next rule is looked at.
 * - `decided`: this rule decided.
 */
export type RuleOutcome = 'inactive' | 'condition-false' | 'operator-failed' | 'not-assigned' | 'passed' | 'decided';

/** A condition that was looked at. Parts that were not needed are left out, as in the evaluation. */
export interface ExplainedCondition {
  readonly kind: 'all' | 'any' | 'not' | 'attribute' | 'segment' | 'list' | 'operator';
  /** Undefined when a plugin operator in it threw. */
  readonly matched: boolean | undefined;
  /** Attribute path, key of the segment or list, or name of the operator. */
  readonly subject?: string;
  /** The comparison and its argument as JSON text, for example `{"equals":"SE"}`. */
  readonly comparison?: string;
  /** The value in the context, as text for people. */
  readonly value?: string;
  readonly parts?: readonly ExplainedCondition[];
}

/** How a unit got its variant under a split, a rollout or an experiment. */
export interface ExplainedAssignment {
  readonly unitAttribute: string;
  readonly unit: string | undefined;
  /** Holdouts and layer, up to the first that kept the unit out. */
  readonly stages: readonly ExplainedStage[];
  /** Absent when a stage kept the unit out, or a stored assignment decided. */
  readonly split: SplitExplanation | undefined;
  readonly sticky: ExplainedSticky | undefined;
}

export interface ExplainedStage {
  readonly kind: 'holdout' | 'layer';
  /** Key of the holdout or of the layer. */
  readonly key: string;
  readonly salt: string;
  readonly bucket: number | undefined;
  readonly range: { readonly start: number; readonly end: number } | undefined;
  /** Whether the unit goes on to the next stage. */
  readonly passed: boolean;
}

export interface ExplainedSticky {
  readonly materialization: string;
  /** The stored variant, if any. */
  readonly stored: string | undefined;
  readonly intakePaused: boolean;
}
