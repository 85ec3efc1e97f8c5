/** Injection token of the address of an event log outside the database; undefined when there is none. */
export const EVENT_LOG_URL = Symbol('EventLogUrl');
