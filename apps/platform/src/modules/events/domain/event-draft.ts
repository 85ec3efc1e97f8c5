import type { JsonObject } from '@sortition/kernel';

/** An event as it arrived, before anything was checked but the types. */
export interface EventDraft {
  readonly id: string;
  /** By the sender's clock; undefined when it was not sent. */
  readonly time: Date | undefined;
  readonly payload: PayloadDraft | undefined;
}

export type PayloadDraft =
  | { readonly kind: 'exposure'; readonly exposure: ExposureDraft }
  | { readonly kind: 'tracked'; readonly tracked: TrackedDraft };

export interface ExposureDraft {
  readonly flag: string;
  readonly variant: string;
  readonly rule: string;
  readonly experiment: string;
  readonly phase: number;
  readonly unitAttribute: string;
  readonly unit: string;
}

export interface TrackedDraft {
  readonly name: string;
  readonly units: Readonly<Record<string, string>>;
  readonly value: number | undefined;
  readonly properties: JsonObject | undefined;
}
