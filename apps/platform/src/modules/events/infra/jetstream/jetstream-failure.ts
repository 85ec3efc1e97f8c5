import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { DomainError } from '@sortition/kernel';

const RETRY_AFTER_MS = 1_000;
const FULL_RETRY_AFTER_MS = 5_000;

/** Error codes of JetStream for a stream or a server that has no room left. */
const FULL_CODES = new Set([10_002, 10_023, 10_028, 10_047, 10_077, 10_122]);

/** Whether JetStream refused because there is no room, not because it is away. */
export function isFull(code: number, description: string): boolean {
  return FULL_CODES.has(code) && !/no suitable peers|not available/i.test(description);
}

export function logUnavailable(reason: string, cause?: unknown): DomainError {
  return new DomainError('unavailable', 'EVENT_LOG_UNAVAILABLE', `The event log cannot be reached: ${reason}.`, {
    cause,
    retryAfterMs: RETRY_AFTER_MS,
  });
}

export function logFull(reason: string): DomainError {
  return new DomainError(
    'exhausted',
    'EVENT_LOG_FULL',
    `The event log takes no more events until it is trimmed or enlarged: ${reason}.`,
    { retryAfterMs: FULL_RETRY_AFTER_MS },
  );
}

/** Runs a call to NATS; a failure to be answered becomes EVENT_LOG_UNAVAILABLE. */
export async function reachingLog<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    if (error instanceof JetStreamApiError && isFull(error.code, error.message)) throw logFull(error.message);
    if (!isReachFailure(error)) throw error;
    throw logUnavailable(error instanceof Error ? error.message : String(error), error);
  }
}

function isReachFailure(error: unknown): boolean {
  return (
    error instanceof JetStreamApiError ||
    error instanceof errors.TimeoutError ||
    error instanceof errors.RequestError ||
    error instanceof errors.NoRespondersError ||
    error instanceof errors.ConnectionError ||
    error instanceof errors.ClosedConnectionError ||
    error instanceof errors.DrainingConnectionError ||
    (error instanceof Error && error.name === 'JetStreamNotEnabled')
  );
}
