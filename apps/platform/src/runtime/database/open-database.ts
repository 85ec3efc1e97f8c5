import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';

import type { ClosingStack } from '../closing-stack.js';
import { appDataSource, type Entities } from './app-data-source.js';
import { databaseFailure } from './database-failure.js';
import { migrate } from './migrate.js';
import { requireIsolation } from './require-isolation.js';
import { TypeormTenantDatabase } from './typeorm-tenant-database.js';

export interface OpenDatabase {
  readonly tenants: TypeormTenantDatabase;
  /** Resolves when the database answers and keeps tenants apart. */
  readonly ping: () => Promise<void>;
}

/**
 * Migrates the database and opens the pool.
 *
 * @throws DomainError of one line: DATABASE_UNAVAILABLE; INVALID_CONFIGURATION when it is not one that can be used.
 */
export async function openDatabase(
  url: string,
  entities: Entities,
  logger: Logger,
  closing: ClosingStack,
): Promise<OpenDatabase> {
  const ran = await migrate(url);
  if (ran.length > 0) logger.info({ migrations: ran }, 'migrated the database');

  const source = appDataSource(url, entities);
  try {
    await source.initialize();
  } catch (error) {
    throw databaseFailure(error) ?? error;
  }
  closing.add('database pool', () => source.destroy());
  return { tenants: new TypeormTenantDatabase(source), ping: () => ping(source) };
}

async function ping(source: DataSource): Promise<void> {
  await requireIsolation({ query: async (statement) => ({ rows: await source.query<object[]>(statement) }) });
}
