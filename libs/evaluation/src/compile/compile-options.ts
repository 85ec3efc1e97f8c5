import type { OperatorFailureListener } from '../conditions/operator-registry.js';
import type { Operator } from '../conditions/operator.js';
import type { IdList } from '../lists/index.js';

export interface CompileOptions {
  /**
   * Operators beyond those of the core: `standardOperators` of `@sortition/evaluation/operators` (regular expressions,
   * semantic versions, networks) and those of plugins. A snapshot that uses one that is not registered is refused.
   */
  readonly operators?: readonly Operator[];
  /**
   * What becomes of a snapshot that uses operators or kinds of condition that this process does not know: it is refused
   * (the default), or an evaluation that reaches one gives an ERROR with the code GENERAL, and everything else is
   * decided as ever. An evaluator that can ask somebody else for such flags admits them.
   */
  readonly unknownOperators?: 'refuse' | 'admit';
  /** Called whenever a plugin operator throws during an evaluation. Must not throw. */
  readonly onOperatorFailure?: OperatorFailureListener;
  /**
   * Lists that were made ready off the hot path with `IdListBuilder`, by key. Used instead of the ids in the snapshot,
   * which may then be empty.
   */
  readonly lists?: ReadonlyMap<string, IdList>;
}
