import { DomainError } from '@sortition/kernel';

import { APP_ROLE, localSettings, STATEMENT_SETTINGS } from './app-role.js';

/** What can be asked: a connection, or a pool of them. */
export interface Queryable {
  query(statement: string): Promise<{ readonly rows: readonly object[] }>;
}

interface Isolation {
  readonly role: string;
  readonly is_superuser: boolean;
  readonly bypasses: boolean;
  readonly unforced: readonly string[];
}

/** The select list is computed after the join, so it sees the role that the first part has taken. */
const STATEMENT = `
  WITH taken AS MATERIALIZED (SELECT ${localSettings(STATEMENT_SETTINGS)}),
  tenant_table AS MATERIALIZED (
    SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS is_forced
    FROM pg_catalog.pg_class c
    WHERE c.relkind IN ('r', 'p')
      AND c.relnamespace = (SELECT relnamespace FROM pg_catalog.pg_class WHERE oid = 'organization'::regclass)
      AND (c.oid = 'organization'::regclass OR EXISTS (
        SELECT FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped
      ))
  )
  SELECT current_user::text AS role, r.rolsuper AS is_superuser, r.rolbypassrls AS bypasses,
    ARRAY(SELECT relname::text FROM tenant_table WHERE NOT is_forced ORDER BY 1) AS unforced
  FROM taken CROSS JOIN pg_catalog.pg_roles r
  WHERE r.rolname = '${APP_ROLE}'`;

/**
 * Makes sure that row-level security keeps tenants apart on a connection. One round trip.
 *
 * @throws DomainError DATABASE_UNAVAILABLE that names what is not as it must be, with the SQL that mends it. Failures of
 *   the connection pass through.
 */
export async function requireIsolation(connection: Queryable): Promise<void> {
  const { rows } = await connection.query(STATEMENT).catch((error: unknown) => {
    throw isRefusal(error) ? notIsolated(`${error.message}.`, error) : error;
  });
  const problem = problemOf(rows[0] as Isolation | undefined);
  if (problem !== undefined) throw notIsolated(problem);
}

/** The failure of a transaction in which tenants would not be kept apart. */
export function notIsolated(problem: string, cause?: unknown): DomainError {
  return new DomainError(
    'unavailable',
    'DATABASE_UNAVAILABLE',
    `The database is not used, because it may not keep tenants apart: ${problem}`,
    { cause, retryAfterMs: 1_000 },
  );
}

/** SQLSTATE class 42: the role or a table is missing, or the role may not be taken. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('42');
}

function problemOf(found: Isolation | undefined): string | undefined {
  if (!found) return `it has no role ${APP_ROLE}.`;
  if (found.role !== APP_ROLE) return wrongRole(found.role);
  if (found.is_superuser || found.bypasses) {
    const attribute = found.is_superuser ? 'is a superuser' : 'bypasses row-level security';
    return `the role ${APP_ROLE} ${attribute}. Run: ALTER ROLE ${APP_ROLE} NOSUPERUSER NOBYPASSRLS`;
  }
  const [table] = found.unforced;
  if (table !== undefined) {
    const others = found.unforced.length - 1;
    const tables = others === 0 ? table : `${table} and ${String(others)} more`;
    return `row-level security is not enabled and forced on ${tables}. Run: ALTER TABLE "${table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`;
  }
  return undefined;
}

/** Says under which role a transaction runs instead of the application's. */
export function wrongRole(role: string | undefined): string {
  return `a transaction runs as "${role ?? ''}" instead of ${APP_ROLE}.`;
}
