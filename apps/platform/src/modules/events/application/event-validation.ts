import type { AcceptedEvent } from '../domain/accepted-event.js';
import type { QuarantineVerdict } from '../domain/quarantine-verdict.js';

/** Why an event will be quarantined; undefined when nothing known speaks against it. */
export type Judge = (event: Pick<AcceptedEvent, 'kind' | 'payload'>) => QuarantineVerdict | undefined;

/**
 * What ingest can tell a sender at once about an event and its definition. Never waits: what it does not know it does
 * not hold against the event. The loader decides.
 */
export interface EventValidation {
  /** Judges events of the environment by what is known now; undefined when nothing can speak against any. */
  judgeOf(environmentId: string): Judge | undefined;
}

export const EVENT_VALIDATION = Symbol('EventValidation');

/** The validation of a project without definitions. */
export const NO_DEFINITIONS: EventValidation = { judgeOf: () => undefined };
