import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';

import { openTestTenants, type TestTenants } from '../../../runtime/testing/tenants.js';
import { DEFAULT_REMOVAL, RemoveExpiredAssignments } from '../application/remove-expired-assignments.js';
import { STICKY_TTL_MS } from '../application/sticky-stores.js';
import { describeStickyStores } from '../testing/describe-sticky-stores.js';
import { ENVIRONMENT_ID, ORGANIZATION_ID } from '../testing/shop-snapshot.js';
import { PostgresStickyStores } from './postgres-sticky-stores.js';

const TIMEOUT_MS = 10_000;
const HERE = { organizationId: ORGANIZATION_ID, environmentId: ENVIRONMENT_ID };
const ELSEWHERE = { ...HERE, organizationId: '0190c0de-0000-7000-8000-000000000002' };

let postgres: TestPostgres;
let tenants: TestTenants;
let superuser: Client;

beforeAll(async () => {
  postgres = await startTestPostgres();
  const url = await postgres.createDatabase();
  tenants = await openTestTenants(url);
  superuser = new Client({ connectionString: url });
  await superuser.connect();
});

afterAll(async () => {
  await superuser.end();
  await tenants.close();
  await postgres.stop();
});

describeStickyStores('sticky assignments in PostgreSQL', async (clock) => {
  await superuser.query('TRUNCATE sticky_assignment');
  return new PostgresStickyStores(tenants.database, clock, TIMEOUT_MS);
});

describe('the table of sticky assignments', () => {
  const storesAt = (nowMs: number): PostgresStickyStores =>
    new PostgresStickyStores(tenants.database, { now: () => nowMs }, TIMEOUT_MS);
  const record = (unit: string) => ({ materialization: 'green-button', unit, variant: 'treatment' });
  const rowVersions = async (): Promise<unknown> =>
    (await superuser.query('SELECT xmin, expires_at FROM sticky_assignment ORDER BY unit_digest')).rows;

  it('is written by a look-up at most once a day', async () => {
    const start = Date.now();
    await superuser.query('TRUNCATE sticky_assignment');
    await storesAt(start)
      .of(HERE)
      .store([record('ann')]);
    const stored = await rowVersions();

    await storesAt(start + 23 * 3_600_000)
      .of(HERE)
      .lookUp([record('ann')]);
    expect(await rowVersions()).toEqual(stored);

    await storesAt(start + 25 * 3_600_000)
      .of(HERE)
      .lookUp([record('ann')]);
    expect(await rowVersions()).not.toEqual(stored);
  });

  it('loses the expired rows of all organizations, and no others, in batches', async () => {
    const now = Date.now();
    const expired = storesAt(now - STICKY_TTL_MS - 1);
    await superuser.query('TRUNCATE sticky_assignment');
    await expired.of(HERE).store([record('a'), record('b'), record('c')]);
    await expired.of(ELSEWHERE).store([record('d')]);
    await storesAt(now)
      .of(HERE)
      .store([record('ann')]);
    const options = { ...DEFAULT_REMOVAL, random: () => 0.5, onFailed: () => undefined };

    const bounded = new RemoveExpiredAssignments(storesAt(now), { ...options, batchSize: 1, maxBatches: 2 });
    expect(await bounded.execute()).toBe(2);
    expect(await new RemoveExpiredAssignments(storesAt(now), options).execute()).toBe(2);

    expect(await rowVersions()).toHaveLength(1);
    expect(
      await storesAt(now)
        .of(HERE)
        .lookUp([record('ann')]),
    ).toHaveLength(1);
  });

  it('gives up on a look-up that takes too long', async () => {
    await superuser.query('BEGIN');
    await superuser.query('LOCK TABLE sticky_assignment');
    const impatient = new PostgresStickyStores(tenants.database, { now: () => Date.now() }, 20);

    const lookUp = impatient.of(HERE).lookUp([record('ann')]);

    await expect(lookUp).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await superuser.query('ROLLBACK');
  });
});
