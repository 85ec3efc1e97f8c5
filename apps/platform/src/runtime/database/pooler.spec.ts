import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findPooler, startTestPooler, startTestPostgres, type TestPooler, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';

import { insertOrganization, openTestTenants, type TestOrganization, type TestTenants } from '../testing/tenants.js';
import { migrate } from './migrate.js';

/** What PgBouncer is often told to drop; the role of a session was once among it. */
const DROPPED = ['options', 'statement_timeout', 'idle_in_transaction_session_timeout', 'extra_float_digits'];

/** A function for calls that says which organizations its caller sees. */
async function defineVisibleOrganizations(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`
    CREATE FUNCTION visible_organizations() RETURNS text LANGUAGE plpgsql
    AS $$ BEGIN RETURN (SELECT string_agg(key, ',') FROM organization); END $$
  `);
  await client.end();
}

describe('behind a pooler in transaction mode', () => {
  if (findPooler() === undefined) {
    it.skip('is tested where PgBouncer is installed (apt-get install pgbouncer)', () => undefined);
    return;
  }

  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres();
  });
  afterAll(() => server.stop());

  describe.each([
    { title: 'that drops parameters of the connection', droppedParameters: DROPPED },
    { title: 'that refuses parameters of the connection', droppedParameters: [] },
  ])('$title', ({ droppedParameters }) => {
    let pooler: TestPooler;
    let url: string;
    let tenants: TestTenants;
    let ours: TestOrganization;
    let theirs: TestOrganization;

    beforeAll(async () => {
      pooler = await startTestPooler(server.url, { droppedParameters, size: 2 });
      url = pooler.through(await server.createDatabase());
      tenants = await openTestTenants(url);
      await defineVisibleOrganizations(url);
      ours = await insertOrganization(tenants.database, 'ours');
      theirs = await insertOrganization(tenants.database, 'theirs');
    });

    afterAll(async () => {
      await tenants.close();
      await pooler.stop();
    });

    it('shows every one of many transactions at a time its own organization only', async () => {
      const organizations = Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? ours : theirs));

      const seen: readonly unknown[] = await Promise.all(
        organizations.map(({ id }, index) =>
          index % 3 === 0
            ? tenants.database.transaction(id, (manager) => manager.query(`SELECT key FROM organization`))
            : tenants.database.read(id, (manager) => manager.query(`SELECT key FROM organization`)),
        ),
      );

      expect(seen).toEqual(organizations.map(({ key }) => [{ key }]));
    });

    it('shows each of several calls in one statement its own organization only', async () => {
      const seen = await tenants.database.callEach(
        [ours, theirs, ours].map(({ id }) => ({ organizationId: id, name: 'visible_organizations', parameters: [] })),
      );

      expect(seen).toEqual(['ours', 'theirs', 'ours']);
    });

    it('leaves neither role nor tenant nor time limit behind in a session', async () => {
      await tenants.database.transaction(ours.id, (manager) => manager.query('SELECT 1'));

      const client = new Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query(
        `SELECT current_user::text AS role, current_setting('statement_timeout') AS statement_timeout,
           coalesce(current_setting('sortition.organization_id', true), '') AS organization`,
      );
      await client.end();

      expect(rows).toEqual([{ role: 'postgres', statement_timeout: '0', organization: '' }]);
    });

    it('lets several processes that start at once migrate one after the other', async () => {
      const empty = pooler.through(await server.createDatabase());

      const ran = await Promise.all([migrate(empty), migrate(empty), migrate(empty)]);

      expect(ran.map((names) => names.length > 0).filter(Boolean)).toHaveLength(1);
    });
  });
});
