import { DomainError } from '@sortition/plugin-sdk';

/** Failures of the machine or of the file; what DuckDB calls by other names is a mistake in the SQL, hence a bug. */
const UNAVAILABLE = /^(IO|Out of Memory|Connection|FATAL|TransactionContext) Error/i;
const RETRY_AFTER_MS = 1_000;

/** The domain error of a failure that the same call may survive later; the failure itself otherwise. */
export function duckDbFailure(error: unknown): unknown {
  return error instanceof Error && UNAVAILABLE.test(error.message)
    ? unavailable('The warehouse cannot answer', error)
    : error;
}

export function unavailable(what: string, cause: unknown): DomainError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DomainError('unavailable', 'WAREHOUSE_UNAVAILABLE', `${what}: ${reason}`, {
    cause,
    retryAfterMs: RETRY_AFTER_MS,
  });
}
