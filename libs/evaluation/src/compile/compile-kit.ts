import type { AttributeReader } from '../conditions/attribute-reader.js';
import type { Members } from '../conditions/compile-condition.js';
import type { OperatorRegistry } from '../conditions/operator-registry.js';
import type { RuleIndex } from '../evaluate/compiled-flag.js';
import type { Flag, MembershipList, Split } from '../model/index.js';
import type { PickAllocation } from './native-split.js';

/** What a compilation brings beyond the core. */
export interface CompileKit {
  readonly operators: OperatorRegistry;
  /** Compiles a split of any program. */
  pick(split: Split, flagKey: string): PickAllocation;
  /** Indexes the rules of a flag that has many; undefined when they have to be walked one by one. */
  index(flag: Flag, reader: (path: string) => AttributeReader): RuleIndex | undefined;
  /** Makes a list ready for lookups. */
  members(list: MembershipList): Members;
}
