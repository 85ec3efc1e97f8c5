import type { DropReason } from '@sortition/openfeature-core';

/**
 * Why exposures or tracked events are missing from analysis:
 * - `no-unit`: the context of `track()` holds no unit, so that nothing can be made of the event.
 * - `invalid`: the event cannot be recorded as it was passed: its value or a number in its properties is not finite, a unit
 *   is neither text nor a whole number, or a text holds half of a surrogate pair.
 * - `full`: so many wait already that there was no room for them.
 * - `too-large`: the platform takes nothing so large.
 * - `unsent`: the provider was closed before they were sent, or is not open.
 * - `refused`: the platform refused the call that carried them, for example because of its API key.
 * - `rejected`: the platform refused the events themselves.
 * - `quarantined`: the platform keeps them in quarantine, because they do not match their definition.
 */
export type EventsLostReason = DropReason | 'refused' | 'rejected' | 'quarantined';

/**
 * Is told of events that are missing from analysis.
 *
 * @param message what the platform said, of the first where it said several things.
 */
export type OnEventsLost = (reason: EventsLostReason, count: number, message?: string) => void;

/** Makes a process warning of the first loss of each reason. */
export function warnOfFirst(): OnEventsLost {
  const warned = new Set<EventsLostReason>();
  return (reason, count, message) => {
    if (warned.has(reason)) return;
    warned.add(reason);
    const why = message === undefined ? reason : `${reason}: ${message}`;
    warn(
      `Lost ${String(count)} events (${why}). Further losses are not reported here; the option onEventsLost is told of each.`,
    );
  };
}

/** Keeps what the application's function throws from those who report: they are in the middle of evaluating or sending. */
export function guarded(onEventsLost: OnEventsLost): OnEventsLost {
  return (reason, count, message) => {
    try {
      onEventsLost(reason, count, message);
    } catch (error) {
      warn(`The option onEventsLost threw: ${String(error)}`);
    }
  };
}

function warn(text: string): void {
  process.emitWarning(text, { type: 'SortitionWarning', code: 'SORTITION_EVENTS_LOST' });
}
