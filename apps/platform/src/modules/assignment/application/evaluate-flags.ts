import { nearestNames } from '@sortition/declaration/nearest-names';
import type { CompiledSnapshot, Decision } from '@sortition/evaluation';
import type { Clock } from '@sortition/kernel';
import { DomainError } from '@sortition/kernel';

import type { EnvironmentState } from '../domain/environment-state.js';
import type { Audience } from '../domain/visible-flags.js';
import { EvaluationCounts } from './evaluation-counts.js';
import type { EnvironmentId } from './loaded-environment.js';
import type { StickyDecisions, WaitingFlag } from './sticky-decisions.js';

/** Who evaluates, and where. */
export interface Evaluator extends EnvironmentId {
  readonly audience: Audience;
}

/** A decision with the key of its flag. */
export interface FlagDecision {
  readonly flag: string;
  readonly decision: Decision;
}

type Context = Readonly<Record<string, unknown>> | undefined;

/**
 * Evaluates flags of a state for an audience. A flag that the audience must not see does not exist for it. Only flags
 * whose stored assignments have to be looked up make an answer wait.
 */
export class EvaluateFlags {
  readonly counts = new EvaluationCounts();

  constructor(
    private readonly clock: Clock,
    private readonly sticky: StickyDecisions,
  ) {}

  /** @throws DomainError INVALID_ARGUMENT without a key; FLAG_NOT_FOUND. */
  one(
    { compiled, flags }: EnvironmentState,
    evaluator: Evaluator,
    flagKey: string,
    context: Context,
  ): Decision | Promise<Decision> {
    if (!flags.has(evaluator.audience, flagKey)) {
      this.counts.counted(notFoundDecision(flagKey));
      throw flagNotFound(flagKey);
    }
    return this.decide(compiled, evaluator, flagKey, context);
  }

  /** Like `one`, but a flag that does not exist for the audience is a decision as well. */
  oneOrNotFound(
    { compiled, flags }: EnvironmentState,
    evaluator: Evaluator,
    flagKey: string,
    context: Context,
  ): Decision | Promise<Decision> {
    if (!flags.has(evaluator.audience, flagKey)) return this.counts.counted(notFoundDecision(flagKey));
    return this.decide(compiled, evaluator, flagKey, context);
  }

  /** Decides the named flags in the order of their keys, or all that the audience sees when none is named. */
  several(
    { compiled, flags }: EnvironmentState,
    evaluator: Evaluator,
    flagKeys: readonly string[],
    context: Context,
  ): readonly FlagDecision[] | Promise<readonly FlagDecision[]> {
    const { audience } = evaluator;
    const options = { now: this.clock.now() };
    const isAll = flagKeys.length === 0;
    const keys = isAll ? flags.keys(audience) : [...new Set(flagKeys)].sort();
    const decided: FlagDecision[] = [];
    const waiting: WaitingFlag[] = [];
    for (const flag of keys) {
      const step = isAll || flags.has(audience, flag) ? compiled.begin(flag, context, options) : undefined;
      if (step?.kind === 'needs-lookup') waiting.push({ flag, keys: step.keys });
      else decided.push({ flag, decision: this.counts.counted(step?.decision ?? notFoundDecision(flag)) });
    }
    if (waiting.length === 0) return decided;
    return this.sticky
      .decide({ environment: evaluator, compiled, context, options, waiting })
      .then((later) =>
        inOrder([
          ...decided,
          ...Array.from(later, ([flag, decision]) => ({ flag, decision: this.counts.counted(decision) })),
        ]),
      );
  }

  private decide(
    compiled: CompiledSnapshot,
    evaluator: Evaluator,
    flagKey: string,
    context: Context,
  ): Decision | Promise<Decision> {
    const options = { now: this.clock.now() };
    const step = compiled.begin(flagKey, context, options);
    if (step.kind === 'decided') return this.counts.counted(step.decision);
    const waiting = [{ flag: flagKey, keys: step.keys }];
    return this.sticky
      .decide({ environment: evaluator, compiled, context, options, waiting })
      .then((decisions) => this.counts.counted(decisions.get(flagKey) ?? notFoundDecision(flagKey)));
  }
}

function inOrder(decisions: readonly FlagDecision[]): readonly FlagDecision[] {
  return [...decisions].sort((one, other) => (one.flag < other.flag ? -1 : 1));
}

/**
 * The failure of naming a flag that does not exist for the caller.
 *
 * @param known keys that the caller may see, to suggest the one that was meant.
 */
export function flagNotFound(flagKey: string, known: readonly string[] = []): DomainError {
  if (flagKey === '') {
    return new DomainError('invalid', 'INVALID_ARGUMENT', 'flag is empty; name the flag to evaluate.', {
      violations: [{ field: 'flag', description: '"" is empty' }],
    });
  }
  return new DomainError('not-found', 'FLAG_NOT_FOUND', notFoundMessage(flagKey) + suggested(flagKey, known), {
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

function suggested(flagKey: string, known: readonly string[]): string {
  const [nearest] = nearestNames(flagKey, known);
  return nearest === undefined ? '' : ` Did you mean ${quoted(nearest)}?`;
}

function notFoundMessage(flagKey: string): string {
  return `There is no flag ${quoted(flagKey)}.`;
}

const QUOTED_CHARACTERS = 100;

function quoted(text: string): string {
  return JSON.stringify(text.length > QUOTED_CHARACTERS ? `${text.slice(0, QUOTED_CHARACTERS)}…` : text);
}
