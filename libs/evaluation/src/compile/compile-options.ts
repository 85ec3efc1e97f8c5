import type { OperatorFailureListener } from '../conditions/operator-registry.js';
import type { Operator } from '../conditions/operator.js';
import type { IdList } from '../lists/index.js';

export interface CompileOptions {
  /**
   * Operators beyond those of the core: `standardOperators` of `@sortition/evaluation/operators` (regular expressions,
   * semantic versions, networks) and those of plugins. A snapshot that uses one that is not registered is refused.
   */
  readonly operators?: readonly Operator[];
  /** Called whenever a plugin operator throws during an evaluation. Must not throw. */
  readonly onOperatorFailure?: OperatorFailureListener;
  /**
   * Lists that were made ready off the hot path with `IdListBuilder`, by key. Used instead of the ids in the snapshot,
   * which may then be empty.
   */
  readonly lists?: ReadonlyMap<string, IdList>;
}
