/** Injection token of the days that quarantined events are kept; undefined: the default of whoever deletes them. */
export const QUARANTINE_RETENTION_DAYS = Symbol('QuarantineRetentionDays');
