import type { EventPayload } from '../domain/event-payload.js';
import type { QuarantineVerdict } from '../domain/quarantine-verdict.js';

/**
 * What ingest can tell a sender at once about an event and its definition. Never waits: what it does not know it does
 * not hold against the event. The loader decides.
 */
export interface EventValidation {
  /** Why the event will be quarantined; undefined when nothing known speaks against it. */
  check(environmentId: string, payload: EventPayload): QuarantineVerdict | undefined;
}

export const EVENT_VALIDATION = Symbol('EventValidation');

/** The validation of a project without definitions. */
export const NO_DEFINITIONS: EventValidation = { check: () => undefined };
