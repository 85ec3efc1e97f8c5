import { DomainError } from '@sortition/kernel';
import { defineTargetingOperator } from '@sortition/plugin-sdk';
import fc from 'fast-check';

import { compileSnapshot, type CompiledSnapshot } from '../index.js';
import { loadSnapshot } from '../core/index.js';
import { importedPrograms } from '../compile/imported-programs.js';
import { changedFlags } from '../delta/changed-flags.js';
import { diffSnapshots } from '../delta/diff-snapshots.js';
import { explain } from '../explain/explain.js';
import type { Decision, Snapshot } from '../model/index.js';
import { arbitraryContext, arbitraryPlainContext, type Maker } from './arbitrary-context.js';
import { arbitrarySnapshot } from './arbitrary-snapshot.js';

/** An operator that throws when its argument says so. */
const moody = defineTargetingOperator<unknown>({
  name: 'acme.moody',
  parse: (args) => args,
  matches: (args) => {
    if (args === 'throws') throw new Error('moody');
    return args === true;
  },
});

const options = { operators: [moody] };
const now = fc.constantFrom(undefined, 5, 50, 150, 500);
const REASONS = ['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'ERROR'];

/** What must hold for every input; each is run briefly by the tests and a million times by `npm run fuzz`. */
export const PROPERTIES = {
  'any context gets a decision with a documented reason, and explain gives the same': fc.property(
    arbitrarySnapshot,
    fc.array(arbitraryContext, { minLength: 1, maxLength: 3 }),
    now,
    (snapshot, contexts, time) => {
      const compiled = compileSnapshot(snapshot, options);
      for (const context of contexts) requireTotal(compiled, context() as object, time);
    },
  ),
  'a malformed snapshot is refused with its problems, and what is accepted is total': fc.property(
    malformedSnapshot(),
    arbitraryContext,
    (snapshot, context) => {
      const compiled = compiledOrRefused(snapshot());
      if (compiled !== undefined) requireTotal(compiled, context() as object, 50);
    },
  ),
  'applying a delta is compiling the whole, and nothing but the changed flags decides differently': fc.property(
    arbitrarySnapshot,
    arbitrarySnapshot,
    fc.array(arbitraryPlainContext, { minLength: 1, maxLength: 3 }),
    now,
    (before, other, contexts, time) => {
      const after = {
        ...other,
        revision: 2,
        flags: other.flags.map((flag, index) => (index % 2 === 0 ? flag : (before.flags[index] ?? flag))),
      };
      const whole = tryCompile(after);
      if (whole === undefined) return;
      const start = compileSnapshot(before, options);
      const stepped = start.applyDelta(diffSnapshots(before, after));
      const loaded = loadSnapshot(before, { ...options, programs: importedPrograms }).applyDelta(
        diffSnapshots(before, after),
      );
      const changed = new Set(changedFlags(start, whole));
      requireSame([...changed], [...changedFlags(start, stepped)], 'changedFlags');
      for (const context of contexts) {
        for (const key of whole.flagKeys()) {
          const expected = decided(whole, key, context, time);
          requireSame(decided(stepped, key, context, time), expected, 'delta');
          requireSame(decided(loaded, key, context, time), expected, 'core');
          if (!changed.has(key)) requireSame(decided(start, key, context, time), expected, 'unchanged flag');
        }
      }
    },
  ),
  'a sticky unit keeps its variant whatever happens to the weights': fc.property(
    arbitrarySnapshot,
    arbitraryPlainContext,
    now,
    (snapshot, context, time) => {
      const at = time === undefined ? {} : { now: time };
      const compiled = compileSnapshot(snapshot, options);
      const reweighed = compileSnapshot(reversedWeights(snapshot), options);
      for (const key of compiled.flagKeys()) {
        const { writes } = compiled.finish(key, context, [], at);
        const first = compiled.finish(key, context, writes, at);
        if (first.writes.length > 0) throw new Error('a stored assignment is stored again');
        for (const { materialization, unit, variant } of writes) {
          const again = reweighed.finish(key, context, writes, at);
          const moved = again.writes.find((each) => each.materialization === materialization && each.unit === unit);
          if (moved !== undefined) throw new Error(`unit ${unit} moves from ${variant} to ${moved.variant}`);
        }
      }
    },
  ),
} as const;

function requireTotal(compiled: CompiledSnapshot, context: object, time: number | undefined): void {
  const at = time === undefined ? {} : { now: time };
  for (const key of [...compiled.flagKeys(), 'no-such-flag', '__proto__']) {
    const decision = compiled.evaluate(key, context, at);
    if (!REASONS.includes(decision.reason)) throw new Error(`reason ${decision.reason}`);
    if (decision.errorCode !== undefined && (decision.reason !== 'ERROR' || decision.value !== undefined)) {
      throw new Error('an error has reason ERROR and no value');
    }
    requireSame(explain(compiled, key, context, at).decision, decision, 'explain');
    const step = compiled.begin(key, context, at);
    const finished = compiled.finish(key, context, [], at);
    if (step.kind === 'decided') requireSame(step.decision, finished.decision, 'begin');
    requireSame(explain(compiled, key, context, { ...at, records: [] }).decision, finished.decision, 'explain records');
  }
}

function decided(compiled: CompiledSnapshot, key: string, context: object, time: number | undefined): Decision {
  return compiled.finish(key, context, [], time === undefined ? {} : { now: time }).decision;
}

function requireSame(actual: unknown, expected: unknown, what: string): void {
  if (fc.stringify(actual) === fc.stringify(expected)) return;
  throw new Error(`${what}: ${fc.stringify(actual)} is not ${fc.stringify(expected)}`);
}

function tryCompile(snapshot: Snapshot): CompiledSnapshot | undefined {
  try {
    return compileSnapshot(snapshot, options);
  } catch {
    return undefined;
  }
}

function compiledOrRefused(snapshot: unknown): CompiledSnapshot | undefined {
  try {
    return compileSnapshot(snapshot, options);
  } catch (error) {
    const isRefusal = error instanceof DomainError && error.code === 'INVALID_CONFIGURATION';
    if (isRefusal && error.violations.length > 0) return undefined;
    throw error;
  }
}

function reversedWeights(snapshot: Snapshot): Snapshot {
  return JSON.parse(JSON.stringify(snapshot), (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('weight' in value)) return value;
    return { ...value, weight: 400_000 - Number(value.weight) };
  }) as Snapshot;
}

/** A valid snapshot in which one value is replaced by anything, or no snapshot at all. */
function malformedSnapshot(): fc.Arbitrary<Maker> {
  const anything = fc.oneof(
    fc.anything().map((value) => () => value),
    arbitraryContext,
  );
  const mutated = fc.tuple(arbitrarySnapshot, fc.nat(), anything).map(([snapshot, at, make]) => () => {
    const text = JSON.stringify(snapshot);
    const count = text.split(',').length;
    let seen = 0;
    return JSON.parse(text, (_, member: unknown) => {
      seen += 1;
      return seen === at % count ? make() : member;
    }) as unknown;
  });
  return fc.oneof({ weight: 9, arbitrary: mutated }, { weight: 1, arbitrary: anything });
}
