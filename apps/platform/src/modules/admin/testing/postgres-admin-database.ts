import type { TestPooler, TestPostgres } from '@sortition/testing';

import { appDataSource } from '../../../runtime/database/app-data-source.js';
import { migrate } from '../../../runtime/database/migrate.js';
import type { TenantDatabase } from '../../../runtime/database/tenant-database.js';
import { TypeormTenantDatabase } from '../../../runtime/database/typeorm-tenant-database.js';
import type { AdminDatabase } from '../application/admin-database.js';
import { RandomIdentity } from '../infra/random-identity.js';
import { ADMIN_ENTITIES } from '../infra/typeorm/admin-entities.js';
import { TypeormAdminDatabase } from '../infra/typeorm/typeorm-admin-database.js';

export interface PostgresAdminDatabase {
  readonly url: string;
  readonly database: AdminDatabase;
  readonly tenants: TenantDatabase;
  close(): Promise<void>;
}

/** A migrated database of its own on the server, seen as the application sees it, perhaps through a pooler. */
export async function openPostgresAdminDatabase(
  server: TestPostgres,
  pooler?: TestPooler,
): Promise<PostgresAdminDatabase> {
  const direct = await server.createDatabase();
  const url = pooler?.through(direct) ?? direct;
  await migrate(url);
  const source = appDataSource(url, ADMIN_ENTITIES);
  await source.initialize();
  const tenants = new TypeormTenantDatabase(source);
  const database = new TypeormAdminDatabase(tenants, new RandomIdentity());
  return { url, database, tenants, close: () => source.destroy() };
}
