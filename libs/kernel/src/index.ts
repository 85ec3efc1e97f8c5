export { DomainError, ERROR_CODES } from './domain-error.js';
export type { DomainErrorOptions, ErrorCode, ErrorKind, FieldViolation } from './domain-error.js';
export { systemClock } from './clock.js';
export type { Clock, MonotonicClock } from './clock.js';
export type { JsonObject, JsonValue } from './json.js';
export { instantOfDateOrTimestamp, instantOfTimestamp } from './rfc3339.js';
export { isHeldByDouble } from './held-number.js';
export { finished } from './steps.js';
export type { Steps } from './steps.js';
