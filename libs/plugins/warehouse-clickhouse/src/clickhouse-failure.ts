import { ClickHouseError } from '@clickhouse/client';
import { DomainError, warehouseUnavailable } from '@sortition/plugin-sdk';

/**
 * What the server cannot do now: too many queries or parts, no memory, no disk, read-only, shutting down, timeouts,
 * Keeper away. Everything else that it answers is a mistake in the SQL, hence a bug.
 */
const UNAVAILABLE_TYPES =
  /^(TOO_MANY_(SIMULTANEOUS_QUERIES|PARTS)|MEMORY_LIMIT_EXCEEDED|NOT_ENOUGH_SPACE|CANNOT_(WRITE|READ|FSYNC|ALLOCATE).*|TABLE_IS_READ_ONLY|ABORTED|TIMEOUT_EXCEEDED|SOCKET_TIMEOUT|NETWORK_ERROR|NO_ZOOKEEPER|KEEPER_EXCEPTION|SERVER_OVERLOADED|AUTHENTICATION_FAILED|QUOTA_EXCEEDED)$/;

/** The domain error of a failure that the same call may survive later; the failure itself otherwise. */
export function clickHouseFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DomainError) return error;
  if (error instanceof ClickHouseError && !UNAVAILABLE_TYPES.test(error.type ?? '')) return error;
  const isOfNetwork = 'code' in error || /timeout|socket|closed|aborted/i.test(error.message);
  return error instanceof ClickHouseError || isOfNetwork
    ? warehouseUnavailable('The warehouse cannot answer', error)
    : error;
}
