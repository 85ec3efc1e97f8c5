import type { AssignedDecision, Outcome } from '@sortition/openfeature-core';
import type { EvaluationContext } from '@openfeature/server-sdk';

import type { Change } from './keep-current.js';

/** Where an evaluation comes from, as it is told in every evaluation's metadata. */
export interface SetMetadata {
  /** `project/environment`. */
  readonly flagSetId?: string;
  /** Revision. */
  readonly version?: string;
  /** Present on the flags that an in-process provider has to ask the platform for. */
  readonly evaluatedBy?: 'remote';
}

/** What an evaluation found, and of which flag set. */
export interface Evaluated {
  readonly decision: Outcome & AssignedDecision;
  readonly setMetadata: SetMetadata;
}

/** The flags that pages may read. */
export interface ClientFlags {
  readonly keys: readonly string[];
  readonly setMetadata: SetMetadata;
}

/** Evaluates flags: here or by calls to the platform. */
export interface Evaluator {
  /**
   * Resolves when flags can be evaluated.
   *
   * @throws ProviderFatalError when the credential is refused; GeneralError when the platform does not answer in time,
   *   while attempts go on.
   */
  start(): Promise<void>;
  evaluate(flagKey: string, context: EvaluationContext): Evaluated | Promise<Evaluated>;
  /** Keys of the flags that are marked for clients, and the state that they are of; undefined when that is not at hand. */
  clientFlags?(): ClientFlags | undefined;
  /** Stops everything and keeps what has to be kept. Idempotent; never rejects. */
  close(): Promise<void>;
}

/** What happens to an evaluator after its start. */
export interface EvaluatorEvents {
  /** It evaluates from what may be outdated. */
  stale(message: string): void;
  /**
   * It cannot do its work for now: remote evaluations fail, what it evaluates from has been outdated for too long, or the
   * platform refuses the credential that it took.
   */
  failed(message: string): void;
  /** It is current again, or for the first time after a failed start. */
  recovered(): void;
  /** Flags changed; these, or any, may be decided differently. */
  changed(change: Change): void;
  /** Paths under which contexts hold units. */
  unitAttributes(paths: Iterable<string>): void;
}
