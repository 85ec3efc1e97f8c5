import type { Exposure } from './exposure.js';

/** An event on its way to the platform. */
export interface OutgoingEvent {
  /** UUID of version 7, kept over retries: the platform stores each id once. */
  readonly id: string;
  readonly time: Date;
  readonly payload:
    | { readonly kind: 'exposure'; readonly exposure: Exposure }
    | { readonly kind: 'tracked'; readonly tracked: Tracked };
}

/** What an application passed to `track()`. */
export interface Tracked {
  readonly name: string;
  /** Units that it happened to, by attribute path. */
  readonly units: Readonly<Record<string, string>>;
  readonly value: number | undefined;
  /** JSON values only. */
  readonly properties: Readonly<Record<string, unknown>> | undefined;
}

/**
 * - `done`: the platform answered; what it refused is not worth sending again.
 * - `retry`: nothing is known; send again with the same ids.
 * - `too-large`: nothing was taken, and less at once may be.
 */
export type SendOutcome = 'done' | 'retry' | 'too-large';

/**
 * Why an event is not sent:
 * - `no-unit`: it concerns no unit, so that nothing can be made of it.
 * - `invalid`: it cannot be recorded as it was passed.
 * - `full`: there is no room for it.
 * - `too-large`: it is too large even alone.
 * - `unsent`: the queue is closed, or was closed before the platform took it.
 */
export type DropReason = 'no-unit' | 'invalid' | 'full' | 'too-large' | 'unsent';

/** Sends one batch. Never rejects; ends soon after `signal` is aborted. */
export type SendEvents = (events: readonly OutgoingEvent[], signal: AbortSignal) => Promise<SendOutcome>;
