import { DomainError, failureMessage, warehouseUnavailable } from '@sortition/plugin-sdk';

/** Failures of the machine or of the file; what DuckDB calls by other names is a mistake in the SQL, hence a bug. */
const UNAVAILABLE = /^(IO|Out of Memory|Connection|FATAL|TransactionContext) Error/i;

/** Whether DuckDB has given the database up until it is opened anew. */
export function isFatal(error: unknown): boolean {
  return /^FATAL Error|database has been invalidated/i.test(failureMessage(error));
}

/** What DuckDB says of a file that it cannot read, as opposed to one that it cannot get at. */
const DAMAGED =
  /not a valid DuckDB database file|Could not read enough bytes|Corrupt database file|Serialization Error|checksum/i;

/** What to do about a file that DuckDB cannot read; undefined for every other failure. */
export function damageAdvice(error: unknown): string | undefined {
  if (!DAMAGED.test(failureMessage(error))) return undefined;
  return 'Move the file, and the one with ".wal" behind its name, aside and start again: the warehouse is then filled from the event log, as far back as that reaches. When it must hold more, restore a backup of the file instead.';
}

/** The domain error of a failure that the same call may survive later; the failure itself otherwise. */
export function duckDbFailure(error: unknown): unknown {
  const advice = damageAdvice(error);
  if (advice !== undefined && !(error instanceof DomainError)) {
    const message = `The warehouse file is damaged (${failureMessage(error)}). ${advice}`;
    return new DomainError('failed-precondition', 'INVALID_STATE', message, { cause: error });
  }
  return UNAVAILABLE.test(failureMessage(error)) ? warehouseUnavailable('The warehouse cannot answer', error) : error;
}
