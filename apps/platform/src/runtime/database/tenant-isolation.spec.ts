import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import {
  insertApiKey,
  insertOrganization,
  openTestTenants,
  type TestOrganization,
  type TestTenants,
} from '../testing/tenants.js';

let postgres: TestPostgres;
let tenants: TestTenants;
let ours: TestOrganization;
let theirs: TestOrganization;

beforeAll(async () => {
  postgres = await startTestPostgres();
  tenants = await openTestTenants(await postgres.createDatabase());
  ours = await insertOrganization(tenants.database, 'ours');
  theirs = await insertOrganization(tenants.database, 'theirs');
});

afterAll(async () => {
  await tenants.close();
  await postgres.stop();
});

const tables = async (): Promise<readonly string[]> => {
  const rows: readonly { readonly name: string }[] = await tenants.database.read(ours.id, (manager) =>
    manager.query(
      `SELECT table_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name = 'organization_id' ORDER BY 1`,
    ),
  );
  return rows.map((row) => row.name);
};

describe('tenant isolation', () => {
  it('shows a transaction the rows of its own organization only', async () => {
    const keys: unknown = await tenants.database.read(ours.id, (manager) =>
      manager.query(`SELECT key FROM organization`),
    );

    expect(keys).toEqual([{ key: 'ours' }]);
  });

  it('shows nothing to an organization that does not exist', async () => {
    const rows: unknown = await tenants.database.read(randomUUID(), (manager) =>
      manager.query(`SELECT * FROM environment`),
    );

    expect(rows).toEqual([]);
  });

  it('shows each of several calls the rows of its own organization only', async () => {
    const organizations = [ours.id, theirs.id, ours.id];

    const seen = await tenants.database.callEach(
      organizations.map((organizationId) => ({ organizationId, name: 'current_organization', parameters: [] })),
    );

    expect(seen).toEqual(organizations);
  });

  it('refuses to write rows of another organization', async () => {
    const write = tenants.database.transaction(ours.id, (manager) =>
      manager.query(`INSERT INTO project (id, organization_id, key, display_name) VALUES ($1, $2, 'x', 'X')`, [
        randomUUID(),
        theirs.id,
      ]),
    );

    await expect(write).rejects.toThrow(/row-level security/);
  });

  it('changes no row of another organization', async () => {
    await tenants.database.transaction(ours.id, (manager) =>
      manager.query(`UPDATE environment SET display_name = 'taken' WHERE id = $1`, [theirs.environmentId]),
    );

    const rows: unknown = await tenants.database.read(theirs.id, (manager) =>
      manager.query(`SELECT display_name FROM environment`),
    );
    expect(rows).toEqual([{ display_name: 'Production' }]);
  });

  it('forces row-level security on every table that belongs to an organization', async () => {
    const names = await tables();
    const unforced: unknown = await tenants.database.read(ours.id, (manager) =>
      manager.query(
        `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'public' AND c.relname = ANY ($1) AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
        [[...names, 'organization']],
      ),
    );

    expect(unforced).toEqual([]);
    expect(names.length).toBeGreaterThan(3);
  });

  it('gives the application a role that owns nothing and bypasses nothing', async () => {
    const rows: unknown = await tenants.database.read(ours.id, (manager) =>
      manager.query(
        `SELECT r.rolname, r.rolsuper, r.rolbypassrls,
                (SELECT count(*)::int FROM pg_class c WHERE c.relowner = r.oid) AS owned
         FROM pg_roles r WHERE r.rolname = current_user`,
      ),
    );

    expect(rows).toEqual([{ rolname: 'sortition_app', rolsuper: false, rolbypassrls: false, owned: 0 }]);
  });

  it('finds a key by its selector before the organization is known, and no other key', async () => {
    const key = await insertApiKey(tenants.database, ours, 'admin');
    await insertApiKey(tenants.database, theirs, 'admin');

    const rows: unknown = await tenants.database.lookUp('sortition.key_selector', key.selector, (manager) =>
      manager.query(`SELECT selector FROM api_key`),
    );

    expect(rows).toEqual([{ selector: key.selector }]);
  });

  it('keeps audit entries from being changed', async () => {
    const change = tenants.database.transaction(ours.id, (manager) =>
      manager.query(`UPDATE audit_entry SET actor = 'nobody'`),
    );

    await expect(change).rejects.toThrow(/permission denied/);
  });

  it('undoes everything when the work fails', async () => {
    const work = tenants.database.transaction(ours.id, async (manager) => {
      await manager.query(`UPDATE environment SET display_name = 'half' WHERE id = $1`, [ours.environmentId]);
      throw new Error('halfway');
    });

    await expect(work).rejects.toThrow('halfway');
    const rows: unknown = await tenants.database.read(ours.id, (manager) =>
      manager.query(`SELECT display_name FROM environment`),
    );
    expect(rows).toEqual([{ display_name: 'Production' }]);
  });

  it('says that the database is away when it is', async () => {
    const lonely = await startTestPostgres();
    const orphaned = await openTestTenants(await lonely.createDatabase());
    const { database } = orphaned;
    await lonely.stop();

    await expect(database.read(ours.id, (manager) => manager.query('SELECT 1'))).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'DATABASE_UNAVAILABLE',
    });
    await orphaned.close().catch(() => undefined);
  });
});
