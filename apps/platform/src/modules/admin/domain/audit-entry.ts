/** One change, who made it and what it was. */
export interface AuditEntry extends NewAuditEntry {
  readonly id: string;
  readonly time: Date;
}

export interface NewAuditEntry {
  readonly actor: string;
  /** For example `flags.update`. */
  readonly action: string;
  /** Resource name of what was changed. */
  readonly resource: string;
  /** Undefined for a creation. */
  readonly before: unknown;
  /** Undefined for a deletion. */
  readonly after: unknown;
}
