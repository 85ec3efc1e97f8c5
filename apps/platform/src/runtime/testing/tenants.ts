import { randomUUID } from 'node:crypto';

import { appDataSource } from '../database/app-data-source.js';
import { migrate } from '../database/migrate.js';
import { TypeormTenantDatabase } from '../database/typeorm-tenant-database.js';
import { createApiKey, type NewApiKey } from '../auth/api-key.js';
import type { KeyKind } from '../auth/principal.js';

export interface TestTenants {
  readonly database: TypeormTenantDatabase;
  close(): Promise<void>;
}

export interface TestOrganization {
  readonly id: string;
  readonly key: string;
  readonly environmentId: string;
}

/** Migrates an empty database and opens it as the application does. */
export async function openTestTenants(url: string): Promise<TestTenants> {
  await migrate(url);
  const source = appDataSource(url, []);
  await source.initialize();
  return { database: new TypeormTenantDatabase(source), close: () => source.destroy() };
}

/** An organization with the project `shop` and its environment `production`. */
export async function insertOrganization(database: TypeormTenantDatabase, key: string): Promise<TestOrganization> {
  const id = randomUUID();
  const projectId = randomUUID();
  const environmentId = randomUUID();
  await database.transaction(id, async (manager) => {
    await manager.query(`INSERT INTO organization (id, key, display_name) VALUES ($1, $2, $2)`, [id, key]);
    await manager.query(
      `INSERT INTO project (id, organization_id, key, display_name) VALUES ($1, $2, 'shop', 'Shop')`,
      [projectId, id],
    );
    await manager.query(
      `INSERT INTO environment (id, organization_id, project_id, key, display_name) VALUES ($1, $2, $3, 'production', 'Production')`,
      [environmentId, id, projectId],
    );
  });
  return { id, key, environmentId };
}

/** Stores a key of the organization and returns it with its credential. */
export async function insertApiKey(
  database: TypeormTenantDatabase,
  organization: TestOrganization,
  kind: KeyKind,
  expiresAt: Date | null = null,
): Promise<NewApiKey> {
  const key = createApiKey(kind);
  await database.transaction(organization.id, (manager) =>
    manager.query(
      `INSERT INTO api_key (id, organization_id, selector, secret_hash, kind, display_name, environment_id, expires_at)
       VALUES ($1, $2, $3, $4, $5, 'test', $6, $7)`,
      [
        randomUUID(),
        organization.id,
        key.selector,
        key.secretHash,
        kind,
        kind === 'admin' ? null : organization.environmentId,
        expiresAt,
      ],
    ),
  );
  return key;
}
