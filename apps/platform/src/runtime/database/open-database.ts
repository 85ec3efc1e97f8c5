import type { DataSource } from 'typeorm';

import type { ClosingStack } from '../closing-stack.js';
import type { PlatformOptions } from '../config/platform-options.js';
import { appDataSource, type Entities } from './app-data-source.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { databaseFailure } from './database-failure.js';
import { migrate } from './migrate.js';
import { TypeormTenantDatabase } from './typeorm-tenant-database.js';

export interface OpenDatabase {
  readonly url: string;
  readonly tenants: TypeormTenantDatabase;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
}

/**
 * Starts or reaches PostgreSQL, migrates it and opens the pool.
 *
 * @throws DomainError DATABASE_UNAVAILABLE, INVALID_CONFIGURATION.
 */
export async function openDatabase(
  options: PlatformOptions,
  entities: Entities,
  closing: ClosingStack,
): Promise<OpenDatabase> {
  const url = options.databaseUrl ?? (await embedded(options, closing));
  const ran = await migrate(url);
  if (ran.length > 0) options.logger.info({ migrations: ran }, 'migrated the database');

  const source = appDataSource(url, entities);
  try {
    await source.initialize();
  } catch (error) {
    throw databaseFailure(error) ?? error;
  }
  closing.add('database pool', () => source.destroy());
  return { url, tenants: new TypeormTenantDatabase(source), ping: () => ping(source) };
}

async function embedded(options: PlatformOptions, closing: ClosingStack): Promise<string> {
  const database = await startEmbeddedPostgres(options.dataDirectory, options.logger);
  closing.add('embedded PostgreSQL', () => database.stop());
  return database.url;
}

async function ping(source: DataSource): Promise<void> {
  await source.query('SELECT 1');
}
