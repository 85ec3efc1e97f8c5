import { finished, type Steps } from '@sortition/kernel';

import { decide } from '../evaluate/decide.js';
import { failedDecision, notFound } from '../evaluate/decisions.js';
import type { CompiledFlag } from '../evaluate/compiled-flag.js';
import type { Decision, Flag } from '../model/index.js';
import { stickyKeys } from '../sticky/sticky-keys.js';
import type { StickyKey, StickyRecord } from '../sticky/sticky-record.js';
import { StickySession } from '../sticky/sticky-session.js';
import type { CompileKit } from './compile-kit.js';
import type { CompiledItems } from './compile-scope.js';
import type { SharingMap } from './sharing-map.js';

/** Whose state a snapshot is, and which. */
export interface SnapshotHeader {
  readonly organization: string;
  readonly project: string;
  readonly environment: string;
  readonly revision: number;
}

export interface EvaluateOptions {
  /** Milliseconds since the Unix epoch. Absent: no scheduled rule is active. */
  readonly now?: number;
}

/** The first of two steps: decided at once, or the stored assignments that have to be looked up. */
export type FirstStep = Decided | { readonly kind: 'needs-lookup'; readonly keys: readonly StickyKey[] };

/** A decision, and the assignments to store so that the units keep them. */
export interface Decided {
  readonly kind: 'decided';
  readonly decision: Decision;
  readonly writes: readonly StickyRecord[];
}

const EMPTY_CONTEXT = Object.freeze({});
const NO_WRITES: readonly StickyRecord[] = Object.freeze([]);

/** One environment's state, compiled. Immutable: a delta gives another one that shares what did not change. */
export class CompiledSnapshot {
  readonly #flags: SharingMap<CompiledFlag>;

  /** Made by `compileSnapshot`. */
  constructor(
    readonly header: SnapshotHeader,
    /** For the modules of this package. */
    readonly items: CompiledItems,
    /** For the modules of this package. */
    readonly kit: CompileKit,
    private readonly change: (snapshot: CompiledSnapshot, delta: unknown) => Steps<CompiledSnapshot>,
  ) {
    this.#flags = items.flags;
  }

  get revision(): number {
    return this.header.revision;
  }

  /** Keys of all flags, in no particular order. */
  flagKeys(): readonly string[] {
    return this.#flags.keys();
  }

  /** The flag's definition: type, variants, `clientVisible` and the rest. Undefined when there is none. */
  flag(key: string): Flag | undefined {
    return this.#flags.get(key)?.source;
  }

  /**
   * Decides one flag for one context. Total: whatever the context, it returns a decision with a documented reason and
   * never throws. Allocates nothing but a decision that names a unit, an error or passed assignments.
   */
  evaluate(flagKey: string, context?: object | null, options?: EvaluateOptions): Decision {
    return decideSafely(flagKey, this.#flags.get(flagKey), context, options);
  }

  /**
   * The first of two steps of a flag with sticky rules. Pure: the caller looks the keys up and calls `finish` with what
   * it found. A flag without sticky rules is decided at once.
   */
  begin(flagKey: string, context?: object | null, options?: EvaluateOptions): FirstStep {
    const flag = this.#flags.get(flagKey);
    if (flag?.isSticky === true && flag.fixed === undefined) {
      const keys = stickyKeys(flag, context);
      return keys.length > 0 ? { kind: 'needs-lookup', keys } : this.finish(flagKey, context, [], options);
    }
    return { kind: 'decided', decision: decideSafely(flagKey, flag, context, options), writes: NO_WRITES };
  }

  /** The second step: decides with the stored assignments that were found. Total, like `evaluate`. */
  finish(
    flagKey: string,
    context: object | null | undefined,
    records: readonly StickyRecord[],
    options?: EvaluateOptions,
  ): Decided {
    const session = new StickySession(records);
    const decision = decideSafely(flagKey, this.#flags.get(flagKey), context, options, session);
    return { kind: 'decided', decision, writes: decision.errorCode === undefined ? session.writes : NO_WRITES };
  }

  /**
   * Applies the change from this revision to a later one. Recompiles what changed and what depends on it.
   *
   * @throws DomainError `INVALID_STATE` when the delta starts from another revision, `INVALID_CONFIGURATION` listing
   * every problem when the result would not be valid. This snapshot stays as it is.
   */
  applyDelta(delta: unknown): CompiledSnapshot {
    return finished(this.change(this, delta));
  }

  /** Like {@link applyDelta}, in steps of one item. */
  applyDeltaInSteps(delta: unknown): Steps<CompiledSnapshot> {
    return this.change(this, delta);
  }
}

function decideSafely(
  flagKey: string,
  flag: CompiledFlag | undefined,
  context: object | null | undefined,
  options: EvaluateOptions | undefined,
  session?: StickySession,
): Decision {
  if (flag === undefined) return notFound(flagKey);
  if (flag.fixed !== undefined) return flag.fixed;
  // Typed callers pass objects; the others still get a decision.
  const given: unknown = context ?? EMPTY_CONTEXT;
  if (typeof given !== 'object' || given === null) return failedDecision(flag.source, undefined);
  try {
    return decide(flag, given, options?.now ?? NaN, session);
  } catch (error) {
    return failedDecision(flag.source, error);
  }
}
