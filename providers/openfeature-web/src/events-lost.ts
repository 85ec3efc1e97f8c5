import type { DropReason } from '@sortition/openfeature-core';

/**
 * Why exposures or tracked events are missing from analysis:
 * - `no-unit`: the context of `track()` holds no unit, so that nothing can be made of the event.
 * - `invalid`: the event cannot be recorded as it was passed: a number is not finite, or a text holds half of a surrogate
 *   pair.
 * - `full`: so many wait already that there was no room for them.
 * - `too-large`: the platform takes nothing so large.
 * - `unsent`: the provider was closed before they were sent, or is not open.
 * - `refused`: the platform refused the call that carried them, for example because of its API key.
 * - `rejected`: the platform refused the events themselves.
 * - `quarantined`: the platform keeps them in quarantine, because they do not match their definition.
 * - `forgotten`: the visitor's consent was withdrawn before they were sent.
 */
export type EventsLostReason = DropReason | 'refused' | 'rejected' | 'quarantined' | 'forgotten';

/**
 * Is told of events that are missing from analysis.
 *
 * @param message what was wrong with the first of them, where that needs words.
 */
export type OnEventsLost = (reason: EventsLostReason, count: number, message?: string) => void;

/** What the platform says of events that it took. */
export interface PublishedEvents {
  readonly results: readonly { readonly status: string; readonly message?: string }[];
}

/** Warns of every loss; browsers show equal ones once. */
export const warnOfLost: OnEventsLost = (...lost) => console.warn('Sortition lost events:', ...lost);

/** Tells of the events that analysis lacks although the platform answered. */
export function tellLost({ results }: PublishedEvents, onEventsLost: OnEventsLost): void {
  for (const reason of ['rejected', 'quarantined'] as const) {
    const lost = results.filter(({ status }) => status.endsWith(reason.toUpperCase()));
    if (lost[0]) onEventsLost(reason, lost.length, lost[0].message);
  }
}
