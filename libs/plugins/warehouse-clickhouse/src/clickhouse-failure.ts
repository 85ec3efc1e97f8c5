import { ClickHouseError } from '@clickhouse/client';
import { DomainError } from '@sortition/plugin-sdk';

/**
 * What the server cannot do now: too many queries or parts, no memory, no disk, read-only, shutting down, timeouts,
 * Keeper away. Everything else that it answers is a mistake in the SQL, hence a bug.
 */
const UNAVAILABLE_TYPES =
  /^(TOO_MANY_(SIMULTANEOUS_QUERIES|PARTS)|MEMORY_LIMIT_EXCEEDED|NOT_ENOUGH_SPACE|CANNOT_(WRITE|READ|FSYNC|ALLOCATE).*|TABLE_IS_READ_ONLY|ABORTED|TIMEOUT_EXCEEDED|SOCKET_TIMEOUT|NETWORK_ERROR|NO_ZOOKEEPER|KEEPER_EXCEPTION|SERVER_OVERLOADED|AUTHENTICATION_FAILED|QUOTA_EXCEEDED)$/;
const RETRY_AFTER_MS = 1_000;

/** The domain error of a failure that the same call may survive later; the failure itself otherwise. */
export function clickHouseFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DomainError) return error;
  if (error instanceof ClickHouseError && !UNAVAILABLE_TYPES.test(error.type ?? '')) return error;
  const isOfNetwork = 'code' in error || /timeout|socket|closed|aborted/i.test(error.message);
  return error instanceof ClickHouseError || isOfNetwork ? unavailable('The warehouse cannot answer', error) : error;
}

export function unavailable(what: string, cause: unknown): DomainError {
  // Node tries every address of a host and reports them together.
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  const reason = first instanceof Error ? first.message : String(first);
  return new DomainError('unavailable', 'WAREHOUSE_UNAVAILABLE', `${what}: ${reason}`, {
    cause,
    retryAfterMs: RETRY_AFTER_MS,
  });
}
