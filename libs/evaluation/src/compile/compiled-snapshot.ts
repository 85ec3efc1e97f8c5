import { DomainError } from '@sortition/kernel';

import type { OperatorRegistry } from '../conditions/operator-registry.js';
import { decide } from '../evaluate/decide.js';
import { errorDecision } from '../evaluate/decisions.js';
import type { CompiledFlag } from '../evaluate/compiled-flag.js';
import type { Decision, Flag } from '../model/index.js';
import { parseDelta } from '../parse/parse-delta.js';
import type { SnapshotHeader } from '../parse/parse-snapshot.js';
import { Problems, quote } from '../parse/problems.js';
import type { StickyRecord } from '../sticky/sticky-record.js';
import { NEEDS_LOOKUP, StickySession } from '../sticky/sticky-session.js';
import { assemble } from './assemble.js';
import type { CompiledItems } from './compile-scope.js';

export interface EvaluateOptions {
  /** Milliseconds since the Unix epoch. Absent: no scheduled rule is active. */
  readonly now?: number;
  /** Stored assignments, for flags with sticky rules; see `begin` and `finish`. */
  readonly session?: StickySession;
}

/** What an evaluation in two steps needs, or has come to. */
export type Step =
  | { readonly kind: 'needs-lookup'; readonly keys: readonly StickyRecord[] }
  | { readonly kind: 'decided'; readonly decision: Decision; readonly writes: readonly StickyRecord[] };

const EMPTY_CONTEXT = Object.freeze({});

/** One environment's state, compiled. Immutable: a delta gives another one that shares what did not change. */
export class CompiledSnapshot {
  readonly #flags: ReadonlyMap<string, CompiledFlag>;

  /** Made by `compileSnapshot`. */
  constructor(
    readonly header: SnapshotHeader,
    /** For the modules of this package. */
    readonly items: CompiledItems,
    private readonly operators: OperatorRegistry,
  ) {
    this.#flags = items.flags;
  }

  get revision(): number {
    return this.header.revision;
  }

  /** Keys of all flags, in no particular order. */
  flagKeys(): readonly string[] {
    return [...this.#flags.keys()];
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
    const flag = this.#flags.get(flagKey);
    if (flag === undefined) return errorDecision('FLAG_NOT_FOUND', `There is no flag ${quote(flagKey)}.`);
    if (flag.fixed !== undefined) return flag.fixed;
    try {
      const given: unknown = context ?? EMPTY_CONTEXT;
      if (typeof given !== 'object' || given === null) return unreadable(flag);
      return options === undefined
        ? decide(flag, given, NaN, undefined)
        : decide(flag, given, options.now ?? NaN, options.session);
    } catch (error) {
      return error === NEEDS_LOOKUP ? needsLookup(flag) : unreadable(flag);
    }
  }

  /**
   * Applies the change from this revision to a later one. Recompiles what changed and what depends on it.
   *
   * @throws DomainError `INVALID_STATE` when the delta starts from another revision, `INVALID_CONFIGURATION` listing
   * every problem when the result would not be valid. This snapshot stays as it is.
   */
  applyDelta(delta: unknown): CompiledSnapshot {
    const problems = new Problems(this.operators);
    const parsed = parseDelta(delta, problems);
    if (parsed !== undefined && parsed.fromRevision !== this.revision) {
      const message = `The delta starts from revision ${parsed.fromRevision}, but this snapshot is revision ${this.revision}.`;
      throw new DomainError('failed-precondition', 'INVALID_STATE', message);
    }
    const items = parsed && assemble(this.items, parsed, this.operators, problems);
    if (parsed === undefined || items === undefined) throw refusal(problems);
    return new CompiledSnapshot({ ...this.header, revision: parsed.revision }, items, this.operators);
  }
}

/** The error that lists every problem of a configuration. */
export function refusal({ found }: Problems): DomainError {
  const [first] = found;
  const more = found.length > 1 ? ` and ${found.length - 1} more` : '';
  const message = `The configuration has ${found.length} problems: ${first?.field ?? ''}: ${first?.description ?? ''}${more}.`;
  return new DomainError('invalid', 'INVALID_CONFIGURATION', message, { violations: found });
}

function unreadable({ source }: CompiledFlag): Decision {
  return errorDecision('INVALID_CONTEXT', `The context could not be read for flag ${quote(source.key)}.`, source);
}

function needsLookup({ source }: CompiledFlag): Decision {
  const message = `Flag ${quote(source.key)} has a sticky rule; evaluate it in two steps, with begin and finish.`;
  return errorDecision('GENERAL', message, source);
}
