import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';
import { pino } from 'pino';

import { ClosingStack } from '../closing-stack.js';
import { insertOrganization, openTestTenants, type TestOrganization, type TestTenants } from '../testing/tenants.js';
import { openDatabase } from './open-database.js';

const TABLES = ['project', 'organization', 'event_segment_20000101'];
const logger = pino({ level: 'silent' });

let server: TestPostgres;
let url: string;
let superuser: Client;
let tenants: TestTenants;
let ours: TestOrganization;

beforeAll(async () => {
  server = await startTestPostgres();
  url = await server.createDatabase();
  tenants = await openTestTenants(url);
  ours = await insertOrganization(tenants.database, 'ours');
  superuser = new Client({ connectionString: url });
  await superuser.connect();
});

afterEach(async () => {
  await superuser.query('ALTER ROLE sortition_app NOSUPERUSER NOBYPASSRLS');
  for (const table of TABLES) await superuser.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
});

afterAll(async () => {
  await superuser.end();
  await tenants.close();
  await server.stop();
});

/** Opens the database as the platform does, and closes it. */
async function open(databaseUrl: string): Promise<void> {
  const closing = new ClosingStack(logger);
  try {
    await openDatabase(databaseUrl, [], logger, closing);
  } finally {
    await closing.close();
  }
}

const readKeys = (): Promise<unknown> =>
  tenants.database.read(ours.id, (manager) => manager.query('SELECT key FROM organization'));

describe('a database that may not keep tenants apart', () => {
  it.each([
    ['BYPASSRLS', /sortition_app is not held to row-level security.* ALTER ROLE sortition_app NOSUPERUSER NOBYPASSRLS/],
    ['SUPERUSER', /sortition_app is not held to row-level security.* ALTER ROLE sortition_app NOSUPERUSER NOBYPASSRLS/],
  ])('is refused at the start when the role has %s', async (attribute, message) => {
    await superuser.query(`ALTER ROLE sortition_app ${attribute}`);

    await expect(open(url)).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION', message });
  });

  it.each(TABLES)('is refused when row-level security is not forced on %s', async (table) => {
    await superuser.query(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`);

    await expect(open(url)).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringContaining(`not enabled and forced on ${table}. Run: ALTER TABLE "${table}" ENABLE`),
    });
  });

  it('gets no further connection while it runs, and is reported by its ping', async () => {
    const closing = new ClosingStack(logger);
    const { ping } = await openDatabase(url, [], logger, closing);
    await ping();
    await superuser.query('ALTER ROLE sortition_app BYPASSRLS');

    await expect(ping()).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringContaining('bypasses row-level security'),
    });
    await superuser.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'sortition'`,
    );
    // The first ones find the connections of the pool dead.
    const failures: unknown[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) failures.push(await readKeys().catch((error: unknown) => error));
    expect(failures.at(-1)).toMatchObject({ message: expect.stringContaining('bypasses row-level security') });
    await closing.close();
  });

  it('is not used by a user who may not take the role any more', async () => {
    await superuser.query(`CREATE ROLE stranger LOGIN PASSWORD 'secret'`);
    const strangerUrl = new URL(url);
    strangerUrl.username = 'stranger';
    strangerUrl.password = 'secret';

    await expect(open(strangerUrl.href)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('GRANT sortition_app TO stranger;'),
    });
    await superuser.query('DROP ROLE stranger');
  });
});
