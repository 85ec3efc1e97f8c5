/** Why an event does not match its definition; stable. */
export const QUARANTINE_REASONS = ['UNDEFINED_EVENT', 'MISSING_UNIT', 'INVALID_VALUE', 'INVALID_PROPERTIES'] as const;

export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** What is wrong with an event that does not match its definition. */
export interface QuarantineVerdict {
  readonly reason: QuarantineReason;
  /** Path within the event, for example `properties.amount`. */
  readonly field: string;
  /** Names the field and quotes the value, unless the definition marks it as personal data. */
  readonly message: string;
  /** Version of the definition; 0 when there is none. */
  readonly definitionVersion: number;
}
