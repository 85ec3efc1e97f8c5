import type { Condition } from '@sortition/evaluation';

/** A reusable targeting expression. */
export interface SegmentDefinition {
  readonly description: string;
  readonly condition: Condition;
}
