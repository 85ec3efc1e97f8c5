import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';

import {
  insertApiKey,
  insertOrganization,
  openTestTenants,
  type TestOrganization,
  type TestTenants,
} from '../testing/tenants.js';
import type { TypeormTenantDatabase } from '../database/typeorm-tenant-database.js';
import { RateLimit } from '../limits/rate-limit.js';
import { createApiKey } from './api-key.js';
import { DatabaseAuthenticator } from './database-authenticator.js';
import { KnownKeys } from './known-keys.js';
import { readStoredKey } from './stored-keys.js';
import { WrongKeys } from './wrong-keys.js';

let postgres: TestPostgres;
let databaseUrl: string;
let tenants: TestTenants;
let organization: TestOrganization;
const clock = { time: Date.parse('2026-01-01T00:00:00Z'), now: () => clock.time };

/** Time passes, and the machine's clock may be set to any other. */
const elapsed = { time: 0, now: () => elapsed.time };
const pass = (ms: number): void => {
  clock.time += ms;
  elapsed.time += ms;
};

const authenticatorOn = (
  database: TypeormTenantDatabase,
  wrongKeys?: { readonly perSecond: number; readonly burstSeconds: number },
): DatabaseAuthenticator =>
  new DatabaseAuthenticator(
    new KnownKeys((selector) => readStoredKey(database, selector), elapsed),
    new WrongKeys(wrongKeys && new RateLimit(wrongKeys, elapsed)),
    clock,
  );

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  tenants = await openTestTenants(databaseUrl);
  organization = await insertOrganization(tenants.database, 'acme');
});

afterAll(async () => {
  await tenants.close();
  await postgres.stop();
});

describe('DatabaseAuthenticator', () => {
  it('tells who a server key speaks for', async () => {
    const { credential, selector } = await insertApiKey(tenants.database, organization, 'server');

    const principal = await authenticatorOn(tenants.database).authorize(credential, 'resolve');

    expect(principal).toEqual({
      organizationId: organization.id,
      organization: 'acme',
      keySelector: selector,
      kind: 'server',
      environment: { id: organization.environmentId, project: 'shop', environment: 'production' },
    });
  });

  it("knows the organization's quota of events, which its operator sets and the application cannot", async () => {
    const quick = await insertOrganization(tenants.database, 'quick');
    const { credential } = await insertApiKey(tenants.database, quick, 'server');
    const owner = new Client({ connectionString: databaseUrl });
    await owner.connect();
    await owner.query(`UPDATE organization SET events_per_second = 5000 WHERE key = 'quick'`);
    await owner.end();

    const principal = await authenticatorOn(tenants.database).authorize(credential, 'events.write');
    const raised = tenants.database.transaction(quick.id, (manager) =>
      manager.query(`UPDATE organization SET events_per_second = 1000000`),
    );

    expect(principal.eventsPerSecond).toBe(5_000);
    await expect(raised).rejects.toThrow('permission denied');
  });

  it('remembers a verified key, so that the hot path needs no promise', async () => {
    const { credential } = await insertApiKey(tenants.database, organization, 'server');
    const authenticator = authenticatorOn(tenants.database);
    expect(authenticator.authorizeCached(credential, 'resolve')).toBeUndefined();

    await authenticator.authorize(credential, 'resolve');

    expect(authenticator.authorizeCached(credential, 'resolve')).toMatchObject({ kind: 'server' });
  });

  it('looks a key up once for many first calls at a time', async () => {
    const { credential } = await insertApiKey(tenants.database, organization, 'server');
    let lookUps = 0;
    const lookUp: TypeormTenantDatabase['lookUp'] = (...given) => {
      lookUps += 1;
      return tenants.database.lookUp(...given);
    };
    const counting = Object.create(tenants.database, { lookUp: { value: lookUp } }) as TypeormTenantDatabase;
    const authenticator = authenticatorOn(counting);

    await Promise.all(Array.from({ length: 20 }, () => authenticator.authorize(credential, 'resolve')));

    expect(lookUps).toBe(1);
  });

  it.each([
    ['no credential', () => undefined, 'MISSING_CREDENTIAL'],
    ['an empty credential', () => '', 'MISSING_CREDENTIAL'],
    ['a malformed one', () => 'sor_server_nonsense', 'MALFORMED_API_KEY'],
    ['one that nobody made', () => createApiKey('server').credential, 'UNKNOWN_API_KEY'],
  ])('refuses %s', async (_case, credential, code) => {
    const authenticator = authenticatorOn(tenants.database);

    await expect(authenticator.authorize(credential(), 'resolve')).rejects.toMatchObject({
      kind: 'unauthenticated',
      code,
    });
  });

  it('refuses the right selector with a wrong secret', async () => {
    const key = await insertApiKey(tenants.database, organization, 'server');
    const forged = `sor_server_${key.selector}_${'A'.repeat(43)}`;

    const verify = authenticatorOn(tenants.database).authorize(forged, 'resolve');

    await expect(verify).rejects.toMatchObject({ code: 'UNKNOWN_API_KEY' });
  });

  it('refuses a key that claims another kind', async () => {
    const { credential } = await insertApiKey(tenants.database, organization, 'client');

    const verify = authenticatorOn(tenants.database).authorize(
      credential.replace('_client_', '_admin_'),
      'keys.manage',
    );

    await expect(verify).rejects.toMatchObject({ code: 'UNKNOWN_API_KEY' });
  });

  it('refuses an expired key, also one that it remembers', async () => {
    const { credential } = await insertApiKey(tenants.database, organization, 'server', new Date(clock.time + 5_000));
    const authenticator = authenticatorOn(tenants.database);
    await authenticator.authorize(credential, 'resolve');

    pass(6_000);

    await expect(authenticator.authorize(credential, 'resolve')).rejects.toMatchObject({ code: 'EXPIRED_API_KEY' });
    expect(() => authenticator.authorizeCached(credential, 'resolve')).toThrow(
      expect.objectContaining({ code: 'EXPIRED_API_KEY' }),
    );
  });

  it('notices a revocation when the remembered key has aged', async () => {
    const { credential, selector } = await insertApiKey(tenants.database, organization, 'server');
    const authenticator = authenticatorOn(tenants.database);
    await authenticator.authorize(credential, 'resolve');
    await tenants.database.transaction(organization.id, (manager) =>
      manager.query(`UPDATE api_key SET revoked_at = now() WHERE selector = $1`, [selector]),
    );

    pass(10_001);

    await expect(authenticator.authorize(credential, 'resolve')).rejects.toMatchObject({ code: 'UNKNOWN_API_KEY' });
  });

  it('notices a revocation in time when the clock of the machine is set back meanwhile', async () => {
    const { credential, selector } = await insertApiKey(tenants.database, organization, 'server');
    const authenticator = authenticatorOn(tenants.database);
    await authenticator.authorize(credential, 'resolve');
    await tenants.database.transaction(organization.id, (manager) =>
      manager.query(`UPDATE api_key SET revoked_at = now() WHERE selector = $1`, [selector]),
    );

    pass(10_001);
    clock.time -= 3_600_000;

    expect(authenticator.authorizeCached(credential, 'resolve')).toBeUndefined();
    await expect(authenticator.authorize(credential, 'resolve')).rejects.toMatchObject({ code: 'UNKNOWN_API_KEY' });
  });

  it('refuses every key it does not know from an address that has sent too many wrong ones', async () => {
    const known = await insertApiKey(tenants.database, organization, 'server');
    const unseen = await insertApiKey(tenants.database, organization, 'server');
    const authenticator = authenticatorOn(tenants.database, { perSecond: 1, burstSeconds: 3 });
    await authenticator.authorize(known.credential, 'resolve', '192.0.2.1');
    for (const wrong of [1, 2, 3].map(() => createApiKey('server').credential)) {
      await expect(authenticator.authorize(wrong, 'resolve', '192.0.2.1')).rejects.toMatchObject({
        code: 'UNKNOWN_API_KEY',
      });
    }

    const refusal = { kind: 'exhausted', code: 'QUOTA_EXCEEDED', retryAfterMs: 1_000 };
    await expect(authenticator.authorize(unseen.credential, 'resolve', '192.0.2.1')).rejects.toMatchObject(refusal);
    const forged = `sor_server_${known.selector}_${'A'.repeat(43)}`;
    await expect(authenticator.authorize(forged, 'resolve', '192.0.2.1')).rejects.toMatchObject(refusal);
    expect(authenticator.authorizeCached(known.credential, 'resolve')).toBeDefined();
    await expect(authenticator.authorize(unseen.credential, 'resolve', '192.0.2.2')).resolves.toBeDefined();
  });

  it('refuses what the kind of key may not do, naming the permission', async () => {
    const { credential } = await insertApiKey(tenants.database, organization, 'client');

    const verify = authenticatorOn(tenants.database).authorize(credential, 'sync');

    await expect(verify).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('"sync"'),
    });
  });

  it('goes on trusting a key that it verified while the database is away', async () => {
    const lonely = await startTestPostgres();
    const orphaned = await openTestTenants(await lonely.createDatabase());
    const { database } = orphaned;
    const { credential } = await insertApiKey(database, await insertOrganization(database, 'lonely'), 'server');
    const authenticator = authenticatorOn(database);
    await authenticator.authorize(credential, 'resolve');
    await lonely.stop();

    pass(60_000);

    await expect(authenticator.authorize(credential, 'resolve')).resolves.toMatchObject({ organization: 'lonely' });
    await expect(authenticator.authorize(createApiKey('server').credential, 'resolve')).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
    await orphaned.close().catch(() => undefined);
  });
});
