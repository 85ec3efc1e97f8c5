/**
 * The role under which every transaction of the application runs. It owns nothing, cannot log in and is subject to
 * row-level security, whatever user the connection string names.
 */
export const APP_ROLE = 'sortition_app';

const STATEMENT_TIMEOUT_MS = 15_000;

/**
 * Settings of a transaction. None of them is a parameter of the connection: a pooler may drop those, and in its
 * transaction mode two transactions of one connection run in two sessions.
 */
export const TRANSACTION_SETTINGS = [
  ['role', APP_ROLE],
  ['statement_timeout', String(STATEMENT_TIMEOUT_MS)],
  ['idle_in_transaction_session_timeout', String(STATEMENT_TIMEOUT_MS)],
] as const;

/** Settings of a transaction that is one statement; its timeout has begun to run when it sets the first. */
export const STATEMENT_SETTINGS = [
  ['role', APP_ROLE],
  ['lock_timeout', String(STATEMENT_TIMEOUT_MS)],
] as const;

/** How long this process waits for the answer to a statement. */
export const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 1_000;

/** Calls of `set_config` that last until the transaction ends. Names and values are constants of this program. */
export function localSettings(settings: readonly (readonly [name: string, value: string])[]): string {
  return settings.map(([name, value]) => `set_config('${name}', '${value}', true)`).join(', ');
}
