import { DomainError, type Steps } from '@sortition/kernel';

import type { Snapshot } from '../model/index.js';
import { parseDelta } from '../parse/parse-delta.js';
import { parseSnapshot } from '../parse/parse-snapshot.js';
import { Problems } from '../parse/problems.js';
import { assemble } from './assemble.js';
import { planChange, wholeChange } from './changes.js';
import { checkConfiguration } from './check-configuration.js';
import type { CompileKit } from './compile-kit.js';
import { noItems } from './compile-scope.js';
import { CompiledSnapshot, type SnapshotHeader } from './compiled-snapshot.js';

/** Checks and compiles a snapshot, or returns every problem. */
export function* compileChecked(snapshot: unknown, kit: CompileKit): Steps<CompiledSnapshot | Problems> {
  const problems = new Problems(kit.operators);
  const parsed = yield* parseSnapshot(snapshot, problems);
  if (parsed === undefined) return problems;
  const before = noItems();
  const plan = yield* planChange(before, wholeChange(parsed), problems.unread);
  checkConfiguration(before, plan, problems);
  if (problems.found.length > 0) return problems;
  return new CompiledSnapshot(headerOf(parsed), yield* assemble(before, plan, kit), kit, applyChecked);
}

function headerOf({ organization, project, environment, revision }: Snapshot): SnapshotHeader {
  return { organization, project, environment, revision };
}

/** The error that lists every problem of a configuration. */
export function refusal({ found }: Problems): DomainError {
  const [first] = found;
  const count = found.length === 1 ? '1 problem' : `${found.length} problems, the first`;
  const message = `The configuration has ${count}: ${first?.field ?? ''} ${first?.description ?? ''}.`;
  return new DomainError('invalid', 'INVALID_CONFIGURATION', message, { violations: found });
}

function* applyChecked({ items, header, kit }: CompiledSnapshot, delta: unknown): Steps<CompiledSnapshot> {
  const problems = new Problems(kit.operators);
  const parsed = yield* parseDelta(delta, problems);
  if (parsed === undefined) throw refusal(problems);
  const { fromRevision, revision } = parsed;
  if (fromRevision !== header.revision) {
    const message = `The delta starts from revision ${fromRevision}, but this snapshot is revision ${header.revision}.`;
    throw new DomainError('failed-precondition', 'INVALID_STATE', message);
  }
  const plan = yield* planChange(items, parsed, problems.unread);
  checkConfiguration(items, plan, problems);
  if (problems.found.length > 0) throw refusal(problems);
  return new CompiledSnapshot({ ...header, revision }, yield* assemble(items, plan, kit), kit, applyChecked);
}
