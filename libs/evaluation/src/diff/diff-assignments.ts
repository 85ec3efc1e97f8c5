import type { CompiledSnapshot, EvaluateOptions } from '../compile/compiled-snapshot.js';
import type { Decision } from '../model/index.js';

/** One flag of one context that would be decided differently. */
export interface AssignmentChange {
  readonly flag: string;
  /** Position of the context in the order given, from 0. */
  readonly context: number;
  readonly targetingKey: string | undefined;
  readonly before: Decision;
  readonly after: Decision;
}

export interface AssignmentDiff {
  /** Contexts looked at. */
  readonly contexts: number;
  /** Contexts in which a flag would change, by flag; flags without any are left out. */
  readonly changesByFlag: ReadonlyMap<string, number>;
  /** The first `limit` changes, in the order of the contexts. */
  readonly changes: readonly AssignmentChange[];
}

export interface DiffAssignmentsOptions extends EvaluateOptions {
  /** Flags to compare. Absent: all of both snapshots. */
  readonly flags?: readonly string[];
  /** Most changes listed; all are counted. Default 1,000. */
  readonly limit?: number;
}

/** Who would change variant: evaluates each context under both snapshots and compares variant, value and error. */
export function diffAssignments(
  before: CompiledSnapshot,
  after: CompiledSnapshot,
  contexts: Iterable<object>,
  options: DiffAssignmentsOptions = {},
): AssignmentDiff {
  const { limit = 1_000, flags = [...new Set([...before.flagKeys(), ...after.flagKeys()])] } = options;
  const changesByFlag = new Map<string, number>();
  const changes: AssignmentChange[] = [];
  let count = 0;
  for (const context of contexts) {
    for (const flag of flags) {
      const old = decided(before, flag, context, options);
      const now = decided(after, flag, context, options);
      if (isSameOutcome(old, now)) continue;
      changesByFlag.set(flag, (changesByFlag.get(flag) ?? 0) + 1);
      if (changes.length >= limit) continue;
      changes.push({ flag, context: count, targetingKey: targetingKeyOf(context), before: old, after: now });
    }
    count += 1;
  }
  return { contexts: count, changesByFlag, changes };
}

/** Sticky rules are compared as for units without stored assignments. */
function decided(snapshot: CompiledSnapshot, flag: string, context: object, options: EvaluateOptions): Decision {
  return snapshot.finish(flag, context, [], options).decision;
}

function isSameOutcome(before: Decision, after: Decision): boolean {
  return (
    before.variant === after.variant &&
    before.errorCode === after.errorCode &&
    (before.value === after.value || JSON.stringify(before.value) === JSON.stringify(after.value))
  );
}

function targetingKeyOf(context: object): string | undefined {
  try {
    const key: unknown = Object.hasOwn(context, 'targetingKey') ? Reflect.get(context, 'targetingKey') : undefined;
    return typeof key === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}
