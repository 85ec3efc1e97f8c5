import { isOfSqlState } from './sql-state.js';

const UNIQUE_VIOLATION = '23505';

/** Whether a write failed because a unique key is taken. */
export function isUniqueViolation(error: unknown): boolean {
  return isOfSqlState(error, UNIQUE_VIOLATION);
}
