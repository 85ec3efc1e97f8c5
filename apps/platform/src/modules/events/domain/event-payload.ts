import type { JsonObject } from '@sortition/kernel';

/** What the log keeps of an exposure. Its JSON form is stored: add fields, never rename or remove one. */
export interface ExposurePayload {
  readonly flag: string;
  readonly variant: string;
  readonly rule: string;
  /** Empty: no experiment. */
  readonly experiment: string;
  /** 0: no experiment. */
  readonly phase: number;
  readonly unitAttribute: string;
  readonly unit: string;
}

/** What the log keeps of a tracked event. Its JSON form is stored: add fields, never rename or remove one. */
export interface TrackedPayload {
  readonly name: string;
  /** Finite; null: none. */
  readonly value: number | null;
  /** Units by attribute path; at least one. */
  readonly units: Readonly<Record<string, string>>;
  readonly properties: JsonObject;
}

export type EventPayload =
  | { readonly kind: 'exposure'; readonly exposure: ExposurePayload }
  | { readonly kind: 'tracked'; readonly tracked: TrackedPayload };
