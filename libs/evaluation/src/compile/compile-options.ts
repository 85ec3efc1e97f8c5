import type { OperatorFailureListener } from '../conditions/operator-registry.js';
import type { Operator } from '../conditions/operator.js';

export interface CompileOptions {
  /**
   * Operators beyond those of the core: `standardOperators` of `@sortition/evaluation/operators` (regular expressions,
   * semantic versions, networks) and those of plugins. A snapshot that uses one that is not registered is refused.
   */
  readonly operators?: readonly Operator[];
  /** Called whenever a plugin operator throws during an evaluation. Must not throw. */
  readonly onOperatorFailure?: OperatorFailureListener;
}
