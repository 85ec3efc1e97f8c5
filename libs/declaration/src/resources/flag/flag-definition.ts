import type { FlagType, NumberType, Variant } from '@sortition/evaluation';
import type { JsonObject } from '@sortition/kernel';

/** What a flag can serve, wherever its project runs. */
export interface FlagDefinition {
  readonly type: FlagType;
  /** Of a flag of type number. Absent in definitions that were stored before it existed. */
  readonly numberType?: NumberType;
  readonly description: string;
  readonly variants: readonly Variant[];
  /** JSON Schema (2020-12) of the variants of an object flag. */
  readonly schema?: JsonObject;
  readonly owner: string;
  readonly tags: readonly string[];
  readonly lifetime: 'temporary' | 'permanent';
  readonly clientVisible: boolean;
}
