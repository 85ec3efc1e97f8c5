import { DomainError } from '@sortition/kernel';
import { MIGRATIONS } from '@sortition/migrations';
import { DataSource, type Logger, MigrationExecutor, QueryFailedError, type QueryRunner } from 'typeorm';

import { databaseFailure } from './database-failure.js';
import { requirePrivileges } from './require-privileges.js';

/** Key of the advisory lock that makes concurrent starts migrate one after the other. */
const MIGRATION_LOCK = 7_310_275_460_001;

/** TypeORM's own writes to standard output, which belongs to the command's output. */
const SILENT: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

/**
 * Brings the schema up to date in one transaction: all of it, or nothing. Concurrent callers wait for each other.
 *
 * @returns names of the migrations that ran.
 * @throws DomainError of one line: DATABASE_UNAVAILABLE when the database cannot be reached; INVALID_CONFIGURATION when
 *   it lacks what the platform needs, with the SQL that mends it, when a later version made it, or when a migration fails.
 */
export async function migrate(databaseUrl: string): Promise<readonly string[]> {
  const source = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    migrations: [...MIGRATIONS],
    synchronize: false,
    logger: SILENT,
    applicationName: 'sortition-migrate',
    connectTimeoutMS: 5_000,
    extra: { max: 1 },
  });
  try {
    await source.initialize();
  } catch (error) {
    throw databaseFailure(error) ?? notConnected(error);
  }
  try {
    const runner = source.createQueryRunner();
    try {
      await runner.startTransaction();
      const ran = await runPending(source, runner);
      await runner.commitTransaction();
      return ran;
    } catch (error) {
      await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  } catch (error) {
    throw databaseFailure(error) ?? (isRefusedStatement(error) ? notPrepared(error) : error);
  } finally {
    await source.destroy();
  }
}

async function runPending(source: DataSource, runner: QueryRunner): Promise<readonly string[]> {
  // A lock of the session would stay behind in a pooler's connection.
  await runner.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  const executor = new MigrationExecutor(source, runner);
  const known = new Set(MIGRATIONS.map(({ name }) => name));
  const unknown = (await executor.getExecutedMigrations()).filter(({ name }) => !known.has(name));
  if (unknown.length > 0) throw madeByLaterVersion(unknown.map(({ name }) => name).sort());

  const pending = await executor.getPendingMigrations();
  await requirePrivileges(runner, pending.length > 0);
  for (const migration of pending) {
    try {
      await executor.executeMigration(migration);
    } catch (error) {
      throw databaseFailure(error) ?? migrationFailed(migration.name, error);
    }
  }
  return pending.map(({ name }) => name);
}

function madeByLaterVersion(names: readonly string[]): DomainError {
  const migrations = `${names.length === 1 ? 'migration' : 'migrations'} ${names.map((name) => `"${name}"`).join(', ')}`;
  return new DomainError(
    'failed-precondition',
    'INVALID_CONFIGURATION',
    `A later version of Sortition made this database: it holds the ${migrations}, which this version does not know. Start that version or a later one.`,
    { violations: [{ field: 'databaseUrl', description: `holds the unknown ${migrations}` }] },
  );
}

function migrationFailed(name: string, error: unknown): DomainError {
  return new DomainError(
    'failed-precondition',
    'INVALID_CONFIGURATION',
    `The migration "${name}" failed, and the database stays as it was: ${reasonOf(error)}`,
    { cause: error },
  );
}

function isRefusedStatement(error: unknown): error is Error {
  return error instanceof QueryFailedError;
}

/** For example a user who may not read the table of migrations. */
function notPrepared(error: Error): DomainError {
  return new DomainError(
    'failed-precondition',
    'INVALID_CONFIGURATION',
    `The database cannot be prepared, and stays as it was: ${reasonOf(error)}`,
    { cause: error },
  );
}

/** For example TLS that one side wants and the other does not have. */
function notConnected(error: unknown): DomainError {
  return new DomainError('unavailable', 'DATABASE_UNAVAILABLE', `The database cannot be reached: ${reasonOf(error)}`, {
    cause: error,
  });
}

function reasonOf(error: unknown): string {
  const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
  return reason ?? '';
}
