/** Injection token of the days that the event log in the database keeps events; undefined: its own default. */
export const EVENT_LOG_RETENTION_DAYS = Symbol('EventLogRetentionDays');
