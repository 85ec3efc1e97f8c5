/** What the caller can do about a failure; each kind maps to one gRPC status and one HTTP status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'already-exists'
  | 'conflict'
  | 'failed-precondition'
  | 'too-large'
  | 'exhausted'
  | 'unavailable';

/** The field that caused the failure and the value that it held. */
export interface FieldViolation {
  /** Path of the field in the request, for example `flag.variants[0].key`. */
  readonly field: string;
  /** What is wrong with it and what would be right; quotes the value. */
  readonly description: string;
}

export interface DomainErrorOptions extends ErrorOptions {
  readonly violations?: readonly FieldViolation[];
  /** How long to wait before the same call may succeed, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** A failure the caller can act on. Anything else that is thrown is a bug. */
export class DomainError extends Error {
  readonly violations: readonly FieldViolation[];
  readonly retryAfterMs: number | undefined;

  /**
   * @param kind how the failure is mapped to a transport status.
   * @param code stable identifier in UPPER_SNAKE_CASE; renaming one breaks callers.
   * @param message names the thing and quotes the value.
   */
  constructor(
    readonly kind: ErrorKind,
    readonly code: ErrorCode,
    message: string,
    options: DomainErrorOptions = {},
  ) {
    super(message, options);
    this.name = 'DomainError';
    this.violations = options.violations ?? [];
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The closed set of error codes. A test checks that each one is documented. */
export type ErrorCode = (typeof ERROR_CODES)[number];

export const ERROR_CODES = [
  'INVALID_ARGUMENT',
  'INVALID_CONFIGURATION',
  'UNKNOWN_ENUM_VALUE',
  'MESSAGE_TOO_LARGE',
  'MISSING_CREDENTIAL',
  'MALFORMED_API_KEY',
  'UNKNOWN_API_KEY',
  'EXPIRED_API_KEY',
  'PERMISSION_DENIED',
  'RESOURCE_NOT_FOUND',
  'FLAG_NOT_FOUND',
  'TYPE_MISMATCH',
  'TARGETING_KEY_MISSING',
  'ALREADY_EXISTS',
  'STALE_ETAG',
  'REQUEST_ID_REUSED',
  'PREREQUISITE_CYCLE',
  'RESOURCE_IN_USE',
  'LAYER_FULL',
  'PROJECT_BUSY',
  'INVALID_STATE',
  'QUOTA_EXCEEDED',
  'DATABASE_UNAVAILABLE',
  'EVENT_LOG_UNAVAILABLE',
  'EVENT_LOG_FULL',
  'WAREHOUSE_UNAVAILABLE',
  'SHUTTING_DOWN',
] as const;
