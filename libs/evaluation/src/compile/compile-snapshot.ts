import { finished, type FieldViolation, type Steps } from '@sortition/kernel';

import { Problems } from '../parse/problems.js';
import { compileChecked, refusal } from './compile-checked.js';
import type { CompileOptions } from './compile-options.js';
import type { CompiledSnapshot } from './compiled-snapshot.js';
import { fullKit } from './full-kit.js';

/**
 * Checks and compiles a snapshot. The result shares nothing with the argument.
 *
 * @throws DomainError `INVALID_CONFIGURATION` whose violations list every problem: path, reason and value.
 */
export function compileSnapshot(snapshot: unknown, options: CompileOptions = {}): CompiledSnapshot {
  return finished(compileSnapshotInSteps(snapshot, options));
}

/** Like {@link compileSnapshot}, in steps of one item. */
export function* compileSnapshotInSteps(snapshot: unknown, options: CompileOptions = {}): Steps<CompiledSnapshot> {
  const result = yield* compileChecked(snapshot, fullKit(options));
  if (result instanceof Problems) throw refusal(result);
  return result;
}

/** Every problem that keeps the snapshot from being compiled; none when it is valid. Never throws. */
export function validateSnapshot(snapshot: unknown, options: CompileOptions = {}): readonly FieldViolation[] {
  const result = finished(compileChecked(snapshot, fullKit(options)));
  return result instanceof Problems ? result.found : [];
}
