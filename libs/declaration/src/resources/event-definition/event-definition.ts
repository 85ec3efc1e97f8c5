import type { JsonObject } from '@sortition/kernel';

/** What a tracked event must look like, in every environment of the project. */
export interface EventDefinition {
  /** Name of the event, as the application passes it to track(). */
  readonly event: string;
  readonly description: string;
  readonly owner: string;
  /** JSON Schema (2020-12) of the properties. Absent: any properties. */
  readonly schema?: JsonObject;
  /** Absent: any value or none. */
  readonly value?: ValueRule;
  /** Attribute paths of the units that every event must name. */
  readonly requiredUnits: readonly string[];
  /** Properties that hold personal data, by the names on the way to them, joined by ".". Lists are walked through. */
  readonly personalData: readonly string[];
  /** Which changes are allowed. */
  readonly compatibility: Compatibility;
}

export type Compatibility = 'none' | 'backward' | 'forward' | 'full';

export interface ValueRule {
  readonly presence: 'optional' | 'required' | 'forbidden';
  /** Absent: no limit. */
  readonly minimum?: number;
  readonly maximum?: number;
}
