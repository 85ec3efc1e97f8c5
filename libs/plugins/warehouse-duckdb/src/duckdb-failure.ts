import { DomainError } from '@sortition/plugin-sdk';

/** Failures of the machine or of the file; what DuckDB calls by other names is a mistake in the SQL, hence a bug. */
const UNAVAILABLE = /^(IO|Out of Memory|Connection|FATAL|TransactionContext) Error/i;
const RETRY_AFTER_MS = 1_000;

/** Whether DuckDB has given the database up until it is opened anew. */
export function isFatal(error: unknown): boolean {
  return /^FATAL Error|database has been invalidated/i.test(messageOf(error));
}

/** The domain error of a failure that the same call may survive later; the failure itself otherwise. */
export function duckDbFailure(error: unknown): unknown {
  return UNAVAILABLE.test(messageOf(error)) ? unavailable('The warehouse cannot answer', error) : error;
}

export function unavailable(what: string, cause: unknown): DomainError {
  return new DomainError('unavailable', 'WAREHOUSE_UNAVAILABLE', `${what}: ${messageOf(cause)}`, {
    cause,
    retryAfterMs: RETRY_AFTER_MS,
  });
}

/** Errors of the native library are not instances of every realm's `Error`. */
function messageOf(error: unknown): string {
  const message = (error as { readonly message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : String(error);
}
