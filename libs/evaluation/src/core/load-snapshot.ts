import { DomainError, finished, type Steps } from '@sortition/kernel';

import { assemble } from '../compile/assemble.js';
import { planChange, wholeChange } from '../compile/changes.js';
import type { CompileKit } from '../compile/compile-kit.js';
import { noItems } from '../compile/compile-scope.js';
import { CompiledSnapshot } from '../compile/compiled-snapshot.js';
import { nativeSplit, type PickAllocation } from '../compile/native-split.js';
import { OperatorRegistry, type OperatorFailureListener } from '../conditions/operator-registry.js';
import type { Operator } from '../conditions/operator.js';
import { SNAPSHOT_FORMAT, type Snapshot, type SnapshotDelta, type Split } from '../model/index.js';

export interface LoadOptions {
  readonly operators?: readonly Operator[];
  readonly onOperatorFailure?: OperatorFailureListener;
  /** Compiles splits that carry a program or gates: `importedPrograms` of `@sortition/evaluation`. */
  readonly programs?: (split: Split, flagKey: string) => PickAllocation;
}

/**
 * Compiles a snapshot that `compileSnapshot` or `validateSnapshot` has accepted elsewhere, without checking it again.
 * Rules are walked one by one: the index of flags with many is left to `compileSnapshot`, as are imported programs.
 * It holds on to the parts of the snapshot, which must not change afterwards.
 *
 * @throws DomainError `INVALID_CONFIGURATION` when the format is unknown, or when an operator or a program is needed
 * that is not registered.
 */
export function loadSnapshot(snapshot: Snapshot, options: LoadOptions = {}): CompiledSnapshot {
  requireFormat(snapshot);
  const kit: CompileKit = {
    operators: new OperatorRegistry(options.operators, options.onOperatorFailure),
    pick: (split, flagKey) =>
      split.program === undefined && split.gates === undefined
        ? nativeSplit(split)
        : (options.programs ?? refuseProgram)(split, flagKey),
    index: () => undefined,
    members: ({ ids }) => new Set(ids),
  };
  const before = noItems();
  const items = guarded(() => finished(assemble(before, finished(planChange(before, wholeChange(snapshot))), kit)));
  const { organization, project, environment, revision } = snapshot;
  return new CompiledSnapshot({ organization, project, environment, revision }, items, kit, applyLoaded);
}

// eslint-disable-next-line require-yield -- what was checked elsewhere is small where this is used
function* applyLoaded({ items, header, kit }: CompiledSnapshot, given: unknown): Steps<CompiledSnapshot> {
  // The caller vouches for the delta as it did for the snapshot.
  const delta = given as SnapshotDelta;
  requireFormat(delta);
  const { fromRevision, revision } = delta;
  if (fromRevision !== header.revision) {
    const message = `The delta starts from revision ${fromRevision}, not ${header.revision}.`;
    throw new DomainError('failed-precondition', 'INVALID_STATE', message);
  }
  const changed = guarded(() => finished(assemble(items, finished(planChange(items, delta)), kit)));
  return new CompiledSnapshot({ ...header, revision }, changed, kit, applyLoaded);
}

function requireFormat({ format }: { readonly format: unknown }): void {
  if (format !== SNAPSHOT_FORMAT) throw refused(`format must be ${SNAPSHOT_FORMAT}, got ${String(format)}`);
}

function refuseProgram(): never {
  throw new TypeError('a bucketing program is not registered');
}

function guarded<T>(compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    throw refused(error instanceof Error ? error.message : 'refused', error);
  }
}

function refused(reason: string, cause?: unknown): DomainError {
  return new DomainError('invalid', 'INVALID_CONFIGURATION', `The snapshot can not be loaded: ${reason}.`, { cause });
}
