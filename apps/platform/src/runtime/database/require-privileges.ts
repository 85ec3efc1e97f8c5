import { DomainError } from '@sortition/kernel';
import type { QueryRunner } from 'typeorm';

import { APP_ROLE } from './app-role.js';

/** PostgreSQL 15 is the first with UNIQUE NULLS NOT DISTINCT. */
const OLDEST_VERSION = 150_000;
/** From PostgreSQL 16 on, membership alone does not allow to take a role. */
const VERSION_OF_SET_OPTION = 160_000;

interface Privileges {
  readonly version: number;
  readonly version_name: string;
  readonly user_name: string;
  readonly quoted_user: string;
  readonly quoted_database: string;
  readonly can_make_roles: boolean;
  readonly schema_name: string | null;
  readonly can_create: boolean | null;
}

interface RoleState {
  readonly is_unsafe: boolean;
  readonly can_take: boolean;
  readonly can_grant: boolean;
}

const PRIVILEGES = `
  SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS version_name,
    r.rolname::text AS user_name, quote_ident(r.rolname) AS quoted_user,
    quote_ident(current_database()) AS quoted_database,
    r.rolsuper OR r.rolcreaterole AS can_make_roles,
    current_schema()::text AS schema_name, has_schema_privilege(current_schema(), 'CREATE') AS can_create
  FROM pg_roles r WHERE r.rolname = current_user`;

/** $1 how the right to take a role is called. */
const ROLE = `
  SELECT a.rolsuper OR a.rolbypassrls AS is_unsafe, pg_has_role(current_user, a.oid, $1) AS can_take,
    pg_has_role(current_user, a.oid, 'MEMBER WITH ADMIN OPTION') AS can_grant
  FROM pg_roles a WHERE a.rolname = '${APP_ROLE}'`;

/**
 * Checks, before anything is changed, that the user of the connection can bring the platform up: a superuser, a user who
 * may make roles, or the owner of the database who was granted the application's role.
 *
 * @throws DomainError INVALID_CONFIGURATION of one line with the SQL that an administrator runs.
 */
export async function requirePrivileges(runner: QueryRunner, hasPending: boolean): Promise<void> {
  const [user] = await runner.manager.query<readonly Privileges[]>(PRIVILEGES);
  if (!user) throw new Error('pg_roles does not hold the current user.');
  if (user.version < OLDEST_VERSION) {
    throw lacking(`PostgreSQL 15 or later is needed; this server is ${user.version_name}.`);
  }
  const kind = user.version < VERSION_OF_SET_OPTION ? 'MEMBER' : 'SET';
  const [role] = await runner.manager.query<readonly RoleState[]>(ROLE, [kind]);
  const { user_name: name, quoted_user: quoted } = user;
  if (!role) {
    if (user.can_make_roles && hasPending) return;
    throw lacking(
      `The database server has no role ${APP_ROLE}. Let an administrator run once: CREATE ROLE ${APP_ROLE} NOLOGIN; GRANT ${APP_ROLE} TO ${quoted};`,
    );
  }
  if (role.is_unsafe) {
    throw lacking(
      `The role ${APP_ROLE} is not held to row-level security. Let an administrator run: ALTER ROLE ${APP_ROLE} NOSUPERUSER NOBYPASSRLS;`,
    );
  }
  if (!role.can_take && !(role.can_grant && hasPending)) {
    throw lacking(
      `"${name}" may not take the role ${APP_ROLE}. Let an administrator run once: GRANT ${APP_ROLE} TO ${quoted};`,
    );
  }
  if (hasPending && user.can_create !== true) {
    throw lacking(
      `"${name}" may not make tables in the schema ${user.schema_name ?? 'public'}. Let an administrator run once: ALTER DATABASE ${user.quoted_database} OWNER TO ${quoted}; GRANT CREATE ON SCHEMA ${user.schema_name ?? 'public'} TO ${quoted};`,
    );
  }
}

function lacking(message: string): DomainError {
  return new DomainError('failed-precondition', 'INVALID_CONFIGURATION', message, {
    violations: [{ field: 'databaseUrl', description: message }],
  });
}
