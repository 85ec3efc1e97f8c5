import { DomainError } from '@sortition/kernel';

import { failureMessage } from './failure-message.js';

const RETRY_AFTER_MS = 1_000;

/** The failure that the same call may survive later. `what` begins the message, the message of `cause` ends it. */
export function warehouseUnavailable(what: string, cause: unknown): DomainError {
  return new DomainError('unavailable', 'WAREHOUSE_UNAVAILABLE', `${what}: ${failureMessage(cause)}`, {
    cause,
    retryAfterMs: RETRY_AFTER_MS,
  });
}
