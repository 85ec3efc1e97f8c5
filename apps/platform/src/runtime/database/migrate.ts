import { MIGRATIONS } from '@sortition/migrations';
import { DataSource } from 'typeorm';

import { databaseFailure } from './database-failure.js';

/** Key of the advisory lock that makes concurrent starts migrate one after the other. */
const MIGRATION_LOCK = 7_310_275_460_001;

/**
 * Brings the schema up to date; concurrent callers wait for each other.
 *
 * @returns names of the migrations that ran.
 * @throws DomainError DATABASE_UNAVAILABLE when the database cannot be reached.
 */
export async function migrate(databaseUrl: string): Promise<readonly string[]> {
  const source = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    migrations: [...MIGRATIONS],
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    applicationName: 'sortition-migrate',
    connectTimeoutMS: 5_000,
    extra: { max: 2 },
  });
  try {
    await source.initialize();
  } catch (error) {
    throw databaseFailure(error) ?? error;
  }
  const lock = source.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await source.runMigrations();
    return ran.map((migration) => migration.name);
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await lock.release();
    await source.destroy();
  }
}
