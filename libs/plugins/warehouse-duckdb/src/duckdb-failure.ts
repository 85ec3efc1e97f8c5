import { failureMessage, warehouseUnavailable } from '@sortition/plugin-sdk';

/** Failures of the machine or of the file; what DuckDB calls by other names is a mistake in the SQL, hence a bug. */
const UNAVAILABLE = /^(IO|Out of Memory|Connection|FATAL|TransactionContext) Error/i;

/** Whether DuckDB has given the database up until it is opened anew. */
export function isFatal(error: unknown): boolean {
  return /^FATAL Error|database has been invalidated/i.test(failureMessage(error));
}

/** The domain error of a failure that the same call may survive later; the failure itself otherwise. */
export function duckDbFailure(error: unknown): unknown {
  return UNAVAILABLE.test(failureMessage(error)) ? warehouseUnavailable('The warehouse cannot answer', error) : error;
}
