import type { Decision, EvaluationErrorCode, ExperimentAssignment, Flag, Reason } from '../model/index.js';
import { quote } from '../parse/quote.js';
import { Undecidable } from './undecidable.js';

/** A variant of the flag, or the caller's default when `variant` is undefined. */
export function decisionOf(flag: Flag, variant: string | undefined, reason: Reason, rule?: string): Decision {
  const value = variant === undefined ? undefined : flag.variants.find(({ key }) => key === variant)?.value;
  return Object.freeze(decision(reason, flag.metadata, rule, value, variant));
}

/** The same decision for one unit of an experiment. */
export function assigned(
  { reason, metadata, rule, value, variant }: Decision,
  assignment: ExperimentAssignment,
): Decision {
  return decision(reason, metadata, rule, value, variant, assignment);
}

export function errorDecision(
  errorCode: EvaluationErrorCode,
  errorMessage: string,
  flag?: Flag,
  rule?: string,
): Decision {
  return { ...decision('ERROR', flag?.metadata, rule), errorCode, errorMessage };
}

/** Written out: made for every evaluation of an experiment, where a spread takes ten times as long. */
function decision(
  reason: Reason,
  metadata: Decision['metadata'],
  rule: string | undefined,
  value?: Decision['value'],
  variant?: string,
  assignment?: ExperimentAssignment,
): Decision {
  return {
    value,
    variant,
    reason,
    rule,
    assignment,
    passed: undefined,
    errorCode: undefined,
    errorMessage: undefined,
    metadata,
  };
}

/** The decision of a rule that needs a unit when the context has none that can be one. */
export function unitMissing(flag: Flag, rule: string, attribute: string, value: unknown): Decision {
  return value === undefined || value === null || value === ''
    ? errorDecision('TARGETING_KEY_MISSING', `Rule "${rule}" needs a unit in "${attribute}".`, flag, rule)
    : errorDecision(
        'INVALID_CONTEXT',
        `Rule "${rule}" needs text or a whole number in "${attribute}", got ${quote(value)}.`,
        flag,
        rule,
      );
}

export function notFound(flagKey: string): Decision {
  return errorDecision('FLAG_NOT_FOUND', `There is no flag ${quote(flagKey)}.`);
}

/**
 * The decision when deciding threw: GENERAL when it cannot be made here, because of a sticky rule without stored
 * assignments or an operator that this process lacks; INVALID_CONTEXT when the context cannot be read.
 */
export function failedDecision(flag: Flag, error: unknown): Decision {
  if (error instanceof Undecidable) {
    return errorDecision('GENERAL', `Flag ${quote(flag.key)} ${error.message}.`, flag);
  }
  return errorDecision('INVALID_CONTEXT', `The context could not be read for flag ${quote(flag.key)}.`, flag);
}
