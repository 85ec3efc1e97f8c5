import type { Members } from '../conditions/compile-condition.js';
import type { OperatorRegistry } from '../conditions/operator-registry.js';
import type { MembershipList, Split } from '../model/index.js';
import type { PickAllocation } from './native-split.js';

/** What a compilation brings beyond the core. */
export interface CompileKit {
  readonly operators: OperatorRegistry;
  /** Compiles a split of any program. */
  pick(split: Split, flagKey: string): PickAllocation;
  /** Makes a list ready for lookups. */
  members(list: MembershipList): Members;
}
