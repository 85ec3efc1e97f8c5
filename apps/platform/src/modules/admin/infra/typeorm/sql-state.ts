import { QueryFailedError } from 'typeorm';

/** Whether a statement failed with one of PostgreSQL's error codes. */
export function isOfSqlState(error: unknown, sqlState: string): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const driverError: unknown = error.driverError;
  return (
    typeof driverError === 'object' && driverError !== null && 'code' in driverError && driverError.code === sqlState
  );
}
