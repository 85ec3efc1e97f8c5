import type { EventPayload } from './event-payload.js';

/** An event that was turned into what is stored as it was read; but for its time nothing about it is left to check. */
export interface TranscribedEvent {
  /** A UUID in lower case. */
  readonly id: string;
  /** By the sender's clock, in milliseconds since the Unix epoch. */
  readonly sentMs: number;
  readonly kind: EventPayload['kind'];
  /** What `acceptEvent` makes of the same event. */
  readonly payload: string;
}
