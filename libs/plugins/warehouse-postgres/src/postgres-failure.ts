import { DomainError, warehouseUnavailable } from '@sortition/plugin-sdk';

/**
 * Classes of SQLSTATE that a later call may survive: connection exceptions, transactions rolled back, insufficient
 * resources, operator intervention and system errors; besides, a standby that does not take writes, and a lock that
 * others would not let go of.
 */
const UNAVAILABLE_STATE = /^(08|40|53|57|58)|^25006$|^55P03$/;
/** Failures below SQL: of Node's sockets, or of the driver about its connection. */
const UNAVAILABLE_MESSAGE = /connection terminated|timeout|the pool|not queryable|closed the connection/i;
const SOCKET_CODES = /^(E[A-Z_]{3,}|CERT_.*|DEPTH_.*|SELF_SIGNED.*|UNABLE_.*)$/;

/** The domain error of a failure that the same call may survive later; the failure itself otherwise. */
export function postgresFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DomainError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const isUnavailable =
    UNAVAILABLE_STATE.test(code) || SOCKET_CODES.test(code) || (code === '' && UNAVAILABLE_MESSAGE.test(error.message));
  return isUnavailable ? warehouseUnavailable('The warehouse cannot answer', error) : error;
}
