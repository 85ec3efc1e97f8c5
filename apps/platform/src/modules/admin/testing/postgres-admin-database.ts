import type { TestPostgres } from '@sortition/testing';

import { appDataSource } from '../../../runtime/database/app-data-source.js';
import { migrate } from '../../../runtime/database/migrate.js';
import { TypeormTenantDatabase } from '../../../runtime/database/typeorm-tenant-database.js';
import type { AdminDatabase } from '../application/admin-database.js';
import { RandomIdentity } from '../infra/random-identity.js';
import { ADMIN_ENTITIES } from '../infra/typeorm/admin-entities.js';
import { TypeormAdminDatabase } from '../infra/typeorm/typeorm-admin-database.js';

export interface PostgresAdminDatabase {
  readonly url: string;
  readonly database: AdminDatabase;
  close(): Promise<void>;
}

/** A migrated database of its own on the server, seen as the application sees it. */
export async function openPostgresAdminDatabase(server: TestPostgres): Promise<PostgresAdminDatabase> {
  const url = await server.createDatabase();
  await migrate(url);
  const source = appDataSource(url, ADMIN_ENTITIES);
  await source.initialize();
  const database = new TypeormAdminDatabase(new TypeormTenantDatabase(source), new RandomIdentity());
  return { url, database, close: () => source.destroy() };
}
