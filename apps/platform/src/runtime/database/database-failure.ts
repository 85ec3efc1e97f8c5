import { DomainError } from '@sortition/kernel';

/** Codes of lost, refused or timed-out connections: Node's own and PostgreSQL's classes 08, 53, 57 and 58. */
const NETWORK_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOENT']);
const SQLSTATE_UNAVAILABLE = /^(08...|53...|57P0[1-5]|57014|58...|25P03|28...|3D000)$/;
const MESSAGES = [
  /Connection terminated/,
  /timeout exceeded when trying to connect/,
  /Query read timeout/,
  /Client has encountered a connection error/,
  /Client was closed and is not queryable/,
  // TypeORM lets go of a connection that breaks between two queries of a transaction.
  /already released, cannot continue/,
  /Query runner already released/,
  // The application's role was taken away while this process runs.
  /permission denied to set role "sortition_app"/,
  /role "sortition_app" does not exist/,
];

/** The domain error of a failure to reach or keep the database; undefined for any other failure. */
export function databaseFailure(error: unknown): DomainError | undefined {
  const cause = rootOf(error);
  const code = codeOf(cause);
  const message = cause instanceof Error ? cause.message : '';
  const isUnavailable =
    (code !== undefined && (NETWORK_CODES.has(code) || SQLSTATE_UNAVAILABLE.test(code))) ||
    MESSAGES.some((pattern) => pattern.test(message));
  if (!isUnavailable) return undefined;
  return new DomainError(
    'unavailable',
    'DATABASE_UNAVAILABLE',
    `The database cannot be reached: ${message || code || 'unknown reason'}`,
    {
      cause: error,
      retryAfterMs: 1_000,
    },
  );
}

/** AggregateError wraps one failure for each address that was tried; TypeORM wraps the driver's error. */
function rootOf(error: unknown): unknown {
  if (error instanceof AggregateError) return rootOf(error.errors[0]);
  if (error instanceof Error && 'driverError' in error && error.driverError !== undefined) return error.driverError;
  return error;
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
