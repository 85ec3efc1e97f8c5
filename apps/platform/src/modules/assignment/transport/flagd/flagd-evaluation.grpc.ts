import type { flagdEvaluationV1, flagdEvaluationV2 } from '@sortition/contracts';
import { DomainError } from '@sortition/kernel';

import type { Principal } from '../../../../runtime/auth/principal.js';
import type { NativeGrpcRegistry } from '../../../../runtime/grpc/native-grpc.js';
import { callerAddress } from '../../../../runtime/limits/caller-address.js';
import type { EvaluationLimits } from '../../../../runtime/limits/evaluation-limits.js';
import type { Environments } from '../../application/environments.js';
import type { EvaluateFlags } from '../../application/evaluate-flags.js';
import { FlagChanges } from '../../application/flag-changes.js';
import type { EnvironmentState } from '../../domain/environment-state.js';
import { EXPOSURES_HEADER, type ReadExposures } from '../read-exposures.js';
import { evaluatorOf } from '../scope-of.js';
import { whenDecided } from '../when-decided.js';
import {
  anyFlag,
  type FlagdAnswer,
  flagdAnswer,
  type FlagdType,
  type FlagdValues,
  setMetadataOf,
} from './flagd-answer.js';
import { credentialOfFlagdCall, type FlagdCall } from './flagd-credential.js';
import { FlagdEventWatcher } from './flagd-event-watcher.js';
import { requireFlagSet } from './flagd-flag-set.js';
import type { FlagdStreams } from './flagd-streams.js';
import { wouldCutInteger } from './integer-width.js';

const METHODS = [
  ['ResolveBoolean', 'boolean'],
  ['ResolveString', 'string'],
  ['ResolveFloat', 'float'],
  ['ResolveInt', 'int'],
  ['ResolveObject', 'object'],
] as const satisfies readonly (readonly [string, FlagdType])[];

interface ResolveRequest {
  readonly flagKey: string;
  readonly context: Readonly<Record<string, unknown>> | undefined;
}

type EvaluationCall = FlagdCall & { getPeer(): string };

type MaybePromise<T> = T | Promise<T>;

export interface FlagdEvaluationParts {
  readonly environments: Environments;
  readonly evaluate: EvaluateFlags;
  readonly limits: EvaluationLimits;
  readonly streams: FlagdStreams;
  readonly exposures: ReadExposures;
}

/** Serves both versions of flagd's evaluation protocol with the same decisions as AssignmentService. */
export class FlagdEvaluationGrpc {
  private readonly changes = new FlagChanges();

  constructor(private readonly parts: FlagdEvaluationParts) {}

  register(registry: NativeGrpcRegistry): void {
    for (const [method, type] of METHODS) {
      registry.unary<ResolveRequest, object>(
        `/flagd.evaluation.v1.Service/${method}`,
        (call, principal) => this.resolve(call, principal, type, (answer) => inVersion1(call.request.flagKey, answer)),
        credentialOfFlagdCall,
      );
      registry.unary<ResolveRequest, object>(
        `/flagd.evaluation.v2.Service/${method}`,
        (call, principal) => this.resolve(call, principal, type, (answer) => answer),
        credentialOfFlagdCall,
      );
    }
    registry.unary<flagdEvaluationV1.ResolveAllRequest, flagdEvaluationV1.ResolveAllResponse>(
      '/flagd.evaluation.v1.Service/ResolveAll',
      (call, principal) => this.resolveAll(call, principal, allInVersion1),
      credentialOfFlagdCall,
    );
    registry.unary<flagdEvaluationV2.ResolveAllRequest, flagdEvaluationV2.ResolveAllResponse>(
      '/flagd.evaluation.v2.Service/ResolveAll',
      (call, principal) => this.resolveAll(call, principal, (answer) => answer),
      credentialOfFlagdCall,
    );
    for (const version of ['v1', 'v2'] as const) {
      registry.serverStream<flagdEvaluationV2.EventStreamRequest, flagdEvaluationV2.EventStreamResponse>(
        `/flagd.evaluation.${version}.Service/EventStream`,
        (call, principal, endWith) =>
          this.parts.streams.open(call, principal, endWith, (environment) => {
            const { audience } = evaluatorOf(principal);
            const watcher = new FlagdEventWatcher(call, environment, this.changes, audience);
            watcher.start();
            return watcher;
          }),
        credentialOfFlagdCall,
      );
    }
  }

  private resolve<T extends FlagdType, R>(
    call: EvaluationCall & { readonly request: ResolveRequest },
    principal: Principal,
    type: T,
    respond: (answer: FlagdAnswer<FlagdValues[T]>) => R,
  ): MaybePromise<R> {
    const { flagKey, context } = call.request;
    return this.withState(call, principal, (state) => {
      if (flagKey === '') throw new DomainError('not-found', 'FLAG_NOT_FOUND', 'There is no flag "".');
      return whenDecided(this.parts.evaluate.one(state, evaluatorOf(principal), flagKey, context), (decision) => {
        const answer = respond(uncut(call, flagKey, flagdAnswer(state, flagKey, decision, type), type));
        this.parts.exposures.one(principal, flagKey, decision, () => call.metadata.get(EXPOSURES_HEADER)[0]);
        return answer;
      });
    });
  }

  private resolveAll<R>(
    call: EvaluationCall & { readonly request: { readonly context: ResolveRequest['context'] } },
    principal: Principal,
    respond: (answer: flagdEvaluationV2.ResolveAllResponse) => R,
  ): MaybePromise<R> {
    return this.withState(call, principal, (state) =>
      whenDecided(this.parts.evaluate.several(state, evaluatorOf(principal), [], call.request.context), (decisions) => {
        this.parts.exposures.several(principal, decisions, () => call.metadata.get(EXPOSURES_HEADER)[0]);
        const flags = decisions.flatMap(({ flag, decision }) => {
          const answer = anyFlag(decision);
          return answer ? [[flag, answer] as const] : [];
        });
        return respond({ flags: Object.fromEntries(flags), metadata: setMetadataOf(state) });
      }),
    );
  }

  private withState<T>(
    call: EvaluationCall,
    principal: Principal,
    answer: (state: EnvironmentState) => MaybePromise<T>,
  ): MaybePromise<T> {
    this.parts.limits.take(principal, () => callerAddress(call.getPeer()));
    const evaluator = evaluatorOf(principal);
    const proceed = (state: EnvironmentState): MaybePromise<T> => {
      requireFlagSet(call, state);
      return answer(state);
    };
    const { environments } = this.parts;
    const state = environments.current(evaluator.environmentId);
    return state ? proceed(state) : environments.load(evaluator).then((loaded) => proceed(loaded.state));
  }
}

/** @throws DomainError TYPE_MISMATCH where the client would make another number of the integer. */
function uncut<A extends FlagdAnswer<unknown>>(call: FlagdCall, flagKey: string, answer: A, type: FlagdType): A {
  const { value } = answer;
  if (type !== 'int' || typeof value !== 'number' || !wouldCutInteger(call.metadata, value)) return answer;
  throw new DomainError(
    'invalid',
    'TYPE_MISMATCH',
    `Flag ${JSON.stringify(flagKey)} is ${String(value)} for this context, which needs more than 32 bits: read it as a double.`,
    { violations: [{ field: 'flag_key', description: 'its value is no 32-bit integer' }] },
  );
}

/**
 * Clients of version 1 take the zero that stands for no value as the flag's value. They use the application's default
 * for a flag that is not found.
 *
 * @throws DomainError FLAG_NOT_FOUND where there is no value.
 */
function inVersion1<T>(flagKey: string, answer: FlagdAnswer<T>): FlagdAnswer<T> {
  const { value, reason } = answer;
  if (value !== undefined) return answer;
  throw new DomainError(
    'not-found',
    'FLAG_NOT_FOUND',
    `Flag ${JSON.stringify(flagKey)} has no value (${reason}): the application's default applies.`,
    { violations: [{ field: 'flag_key', description: `${JSON.stringify(flagKey)} has no value` }] },
  );
}

/** Leaves out what has no value, as clients of version 1 know no flag without one. */
function allInVersion1({
  flags,
  metadata,
}: flagdEvaluationV2.ResolveAllResponse): flagdEvaluationV1.ResolveAllResponse {
  const withValue = Object.entries(flags).flatMap(([key, { variant = '', ...rest }]) =>
    rest.value ? [[key, { ...rest, variant }] as const] : [],
  );
  return { flags: Object.fromEntries(withValue), metadata };
}
