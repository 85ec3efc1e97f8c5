import type { FieldViolation } from '@sortition/kernel';

import { OperatorRegistry } from '../conditions/operator-registry.js';
import { parseSnapshot } from '../parse/parse-snapshot.js';
import { Problems } from '../parse/problems.js';
import { assemble, type ParsedChanges } from './assemble.js';
import type { CompileOptions } from './compile-options.js';
import { CompiledSnapshot, refusal } from './compiled-snapshot.js';
import { noItems } from './compile-scope.js';

const NOTHING_REMOVED: ParsedChanges['removed'] = { flags: [], segments: [], lists: [], layers: [], holdouts: [] };

/**
 * Checks and compiles a snapshot. The result shares nothing with the argument.
 *
 * @throws DomainError `INVALID_CONFIGURATION` whose violations list every problem: path, reason and value.
 */
export function compileSnapshot(snapshot: unknown, options: CompileOptions = {}): CompiledSnapshot {
  const result = compile(snapshot, options);
  if (result instanceof Problems) throw refusal(result);
  return result;
}

/** Every problem that keeps the snapshot from being compiled; none when it is valid. Never throws. */
export function validateSnapshot(snapshot: unknown, options: CompileOptions = {}): readonly FieldViolation[] {
  const result = compile(snapshot, options);
  return result instanceof Problems ? result.found : [];
}

function compile(snapshot: unknown, { operators, onOperatorFailure }: CompileOptions): CompiledSnapshot | Problems {
  const registry = new OperatorRegistry(operators, onOperatorFailure);
  const problems = new Problems(registry);
  const parsed = parseSnapshot(snapshot, problems);
  if (parsed === undefined) return problems;
  const items = assemble(noItems(), { upserted: parsed.items, removed: NOTHING_REMOVED }, registry, problems);
  return items === undefined ? problems : new CompiledSnapshot(parsed.header, items, registry);
}
