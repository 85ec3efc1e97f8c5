import type { LogRecord } from './event-log.js';

/** Decides which records of the log may be analysed. */
export interface EventScreening {
  /**
   * Puts the records that do not match their definition into quarantine, durably, and returns the others in their order.
   * Doing it again changes nothing.
   *
   * @throws DomainError DATABASE_UNAVAILABLE; then the same call may succeed later.
   */
  screen(records: readonly LogRecord[]): Promise<readonly LogRecord[]>;
  /**
   * Resolves when every replay of quarantined events that was under way at the call has ended: what such a replay
   * loads may carry a time of receipt before the call.
   *
   * @throws DomainError DATABASE_UNAVAILABLE.
   */
  replaysEnded(): Promise<void>;
}

export const EVENT_SCREENING = Symbol('EventScreening');

/** The screening of a log without definitions. */
export const NO_SCREENING: EventScreening = {
  screen: async (records) => records,
  replaysEnded: async () => undefined,
};
