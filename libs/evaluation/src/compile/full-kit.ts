import type { Members } from '../conditions/compile-condition.js';
import { OperatorRegistry } from '../conditions/operator-registry.js';
import { Undecidable } from '../evaluate/undecidable.js';
import { idListOf } from '../lists/index.js';
import { quote } from '../parse/quote.js';
import type { CompileKit } from './compile-kit.js';
import type { CompileOptions } from './compile-options.js';
import { importedPrograms } from './imported-programs.js';
import { nativeSplit } from './native-split.js';
import { ruleIndex } from './rule-index.js';

/** From this many ids on a list is packed: less than a third of a hash table's memory for a slower lookup. */
const PACKED_FROM = 100_000;

/** Whoever reaches an operator that is not registered cannot decide. */
function undecidable(operator: string): () => never {
  const error = new Undecidable(`needs the operator ${quote(operator)}, which this process lacks`);
  return () => {
    throw error;
  };
}

/** Every bucketing program, indexed rules and packed lists. */
export function fullKit({ operators, onOperatorFailure, lists, unknownOperators }: CompileOptions): CompileKit {
  return {
    operators: new OperatorRegistry(
      operators,
      onOperatorFailure,
      unknownOperators === 'admit' ? undecidable : undefined,
    ),
    pick: (split, flagKey) =>
      split.program === undefined && split.gates === undefined ? nativeSplit(split) : importedPrograms(split, flagKey),
    index: ruleIndex,
    members: ({ key, ids }): Members => lists?.get(key) ?? (ids.length < PACKED_FROM ? new Set(ids) : idListOf(ids)),
  };
}
