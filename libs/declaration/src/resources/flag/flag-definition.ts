import type { FlagType, Variant } from '@sortition/evaluation';
import type { JsonObject } from '@sortition/kernel';

/** What a flag can serve, wherever its project runs. */
export interface FlagDefinition {
  readonly type: FlagType;
  readonly description: string;
  readonly variants: readonly Variant[];
  /** JSON Schema (2020-12) of the variants of an object flag. */
  readonly schema?: JsonObject;
  readonly owner: string;
  readonly tags: readonly string[];
  readonly lifetime: 'temporary' | 'permanent';
  readonly clientVisible: boolean;
}
