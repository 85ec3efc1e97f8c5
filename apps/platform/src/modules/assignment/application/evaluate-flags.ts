import type { Decision } from '@sortition/evaluation';
import type { Clock } from '@sortition/kernel';
import { DomainError } from '@sortition/kernel';

import type { EnvironmentState } from '../domain/environment-state.js';
import type { Audience } from '../domain/visible-flags.js';

/** A decision with the key of its flag. */
export interface FlagDecision {
  readonly flag: string;
  readonly decision: Decision;
}

type Context = Readonly<Record<string, unknown>> | undefined;

/** Evaluates flags of a state for an audience. A flag that the audience must not see does not exist for it. */
export class EvaluateFlags {
  constructor(private readonly clock: Clock) {}

  /** @throws DomainError INVALID_ARGUMENT without a key; FLAG_NOT_FOUND. */
  one(state: EnvironmentState, audience: Audience, flagKey: string, context: Context): Decision {
    if (!state.flags.has(audience, flagKey)) throw flagNotFound(flagKey);
    return state.compiled.evaluate(flagKey, context, { now: this.clock.now() });
  }

  /** Decides the named flags in the order of their keys, or all that the audience sees when none is named. */
  several(
    state: EnvironmentState,
    audience: Audience,
    flagKeys: readonly string[],
    context: Context,
  ): readonly FlagDecision[] {
    const options = { now: this.clock.now() };
    const keys = flagKeys.length === 0 ? state.flags.keys(audience) : [...new Set(flagKeys)].sort();
    return keys.map((flag) => ({
      flag,
      decision: state.flags.has(audience, flag)
        ? state.compiled.evaluate(flag, context, options)
        : notFoundDecision(flag),
    }));
  }
}

/** The failure of naming a flag that does not exist for the caller. */
export function flagNotFound(flagKey: string): DomainError {
  if (flagKey === '') {
    return new DomainError('invalid', 'INVALID_ARGUMENT', 'flag is empty; name the flag to evaluate.', {
      violations: [{ field: 'flag', description: '"" is empty' }],
    });
  }
  return new DomainError('not-found', 'FLAG_NOT_FOUND', notFoundMessage(flagKey), {
    violations: [{ field: 'flag', description: `${quoted(flagKey)} is no flag of the environment` }],
  });
}

function notFoundDecision(flagKey: string): Decision {
  return {
    value: undefined,
    variant: undefined,
    reason: 'ERROR',
    rule: undefined,
    assignment: undefined,
    passed: undefined,
    errorCode: 'FLAG_NOT_FOUND',
    errorMessage: notFoundMessage(flagKey),
    metadata: undefined,
  };
}

function notFoundMessage(flagKey: string): string {
  return `There is no flag ${quoted(flagKey)}.`;
}

const QUOTED_CHARACTERS = 100;

function quoted(text: string): string {
  return JSON.stringify(text.length > QUOTED_CHARACTERS ? `${text.slice(0, QUOTED_CHARACTERS)}…` : text);
}
