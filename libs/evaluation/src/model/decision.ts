import type { JsonValue } from '@sortition/kernel';

/** Reasons of the OpenFeature specification that an evaluation can give. */
export type Reason = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED' | 'ERROR';

/** Error codes of the OpenFeature specification that an evaluation can give. */
export type EvaluationErrorCode =
  'FLAG_NOT_FOUND' | 'TYPE_MISMATCH' | 'TARGETING_KEY_MISSING' | 'INVALID_CONTEXT' | 'PARSE_ERROR' | 'GENERAL';

/** The outcome of evaluating one flag for one context. */
export interface Decision {
  /** The variant's value; undefined means that the caller's default applies. */
  readonly value: JsonValue | undefined;
  /** Undefined when the caller's default applies. */
  readonly variant: string | undefined;
  readonly reason: Reason;
  /** Key of the rule that decided. */
  readonly rule: string | undefined;
  /** Present when an experiment's split decided. */
  readonly assignment: ExperimentAssignment | undefined;
  /** Assignments of fall-through rules passed on the way; exposures of their own. */
  readonly passed: readonly PassedAssignment[] | undefined;
  readonly errorCode: EvaluationErrorCode | undefined;
  readonly errorMessage: string | undefined;
  readonly metadata: Readonly<Record<string, string | number | boolean>> | undefined;
}

export interface ExperimentAssignment {
  readonly experiment: string;
  readonly phase: number;
  /** Attribute path of the unit, for example `targetingKey`. */
  readonly unitAttribute: string;
  readonly unit: string;
}

export interface PassedAssignment {
  readonly rule: string;
  readonly variant: string;
  readonly assignment: ExperimentAssignment | undefined;
}
