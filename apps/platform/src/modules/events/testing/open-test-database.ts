import type { TestPostgres } from '@sortition/testing';

import { appDataSource } from '../../../runtime/database/app-data-source.js';
import { migrate } from '../../../runtime/database/migrate.js';
import { TypeormTenantDatabase } from '../../../runtime/database/typeorm-tenant-database.js';

export interface TestDatabase {
  readonly url: string;
  readonly database: TypeormTenantDatabase;
  close(): Promise<void>;
}

/** A migrated database of its own on the server, seen as the application sees it. */
export async function openTestDatabase(server: TestPostgres): Promise<TestDatabase> {
  const url = await server.createDatabase();
  await migrate(url);
  const source = appDataSource(url, []);
  await source.initialize();
  return { url, database: new TypeormTenantDatabase(source), close: () => source.destroy() };
}
