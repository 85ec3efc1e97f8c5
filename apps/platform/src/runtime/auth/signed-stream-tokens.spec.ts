import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import {
  insertApiKey,
  insertOrganization,
  openTestTenants,
  type TestOrganization,
  type TestTenants,
} from '../testing/tenants.js';
import type { TypeormTenantDatabase } from '../database/typeorm-tenant-database.js';
import { KnownKeys } from './known-keys.js';
import { SignedStreamTokens } from './signed-stream-tokens.js';
import { readStoredKey } from './stored-keys.js';
import { WrongKeys } from './wrong-keys.js';

let postgres: TestPostgres;
let tenants: TestTenants;
let organization: TestOrganization;
const clock = { time: Date.parse('2026-01-01T00:00:00Z'), now: () => clock.time };
const inSeconds = (seconds: number): number => Math.floor(clock.time / 1_000) + seconds;

const tokensOn = (database: TypeormTenantDatabase): SignedStreamTokens =>
  new SignedStreamTokens(
    new KnownKeys((selector) => readStoredKey(database, selector), clock),
    new WrongKeys(undefined),
    clock,
  );

beforeAll(async () => {
  postgres = await startTestPostgres();
  tenants = await openTestTenants(await postgres.createDatabase());
  organization = await insertOrganization(tenants.database, 'acme');
});

afterAll(async () => {
  await tenants.close();
  await postgres.stop();
});

describe('tokens of event streams', () => {
  it('speak for the key that they were issued for, at every process', async () => {
    const { credential, selector } = await insertApiKey(tenants.database, organization, 'client');
    const token = tokensOn(tenants.database).issue(credential, inSeconds(60));

    const principal = await tokensOn(tenants.database).authorize(token, 'resolve');

    expect(principal).toMatchObject({ keySelector: selector, kind: 'client', organization: 'acme' });
    expect(principal.environment).toMatchObject({ id: organization.environmentId });
  });

  it('do not hold the secret of the key, and are no API key', async () => {
    const { credential } = await insertApiKey(tenants.database, organization, 'client');

    const token = tokensOn(tenants.database).issue(credential, inSeconds(60));

    expect(token).not.toContain(credential.split('_').slice(3).join('_'));
    expect(token).toMatch(/^ses_/);
  });

  it('expire', async () => {
    const { credential } = await insertApiKey(tenants.database, organization, 'client');
    const tokens = tokensOn(tenants.database);
    const token = tokens.issue(credential, inSeconds(5));
    await tokens.authorize(token, 'resolve');

    clock.time += 5_000;

    await expect(tokens.authorize(token, 'resolve')).rejects.toMatchObject({ code: 'EXPIRED_API_KEY' });
  });

  it('are refused with another expiry, key or signature', async () => {
    const one = await insertApiKey(tenants.database, organization, 'client');
    const other = await insertApiKey(tenants.database, organization, 'server');
    const tokens = tokensOn(tenants.database);
    const token = tokens.issue(one.credential, inSeconds(60));
    const later = tokens.issue(one.credential, inSeconds(999_999)).split('_')[2] ?? '';
    const forgeries = [
      token.replace(/_[0-9a-z]+_/, `_${later}_`),
      token.replace(one.selector, other.selector),
      `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`,
      one.credential,
      '',
    ];

    for (const forgery of forgeries) {
      await expect(tokens.authorize(forgery, 'resolve')).rejects.toMatchObject({ kind: 'unauthenticated' });
    }
  });

  it('may not do what the key may not do', async () => {
    const { credential } = await insertApiKey(tenants.database, organization, 'client');
    const tokens = tokensOn(tenants.database);

    const authorize = tokens.authorize(tokens.issue(credential, inSeconds(60)), 'sync');

    await expect(authorize).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('end with their key', async () => {
    const { credential, selector } = await insertApiKey(tenants.database, organization, 'client');
    const tokens = tokensOn(tenants.database);
    const token = tokens.issue(credential, inSeconds(3_600));
    await tokens.authorize(token, 'resolve');
    await tenants.database.transaction(organization.id, (manager) =>
      manager.query(`UPDATE api_key SET revoked_at = now() WHERE selector = $1`, [selector]),
    );

    clock.time += 10_001;

    await expect(tokens.authorize(token, 'resolve')).rejects.toMatchObject({ code: 'UNKNOWN_API_KEY' });
  });

  it('let a stream that outlived its token go on while the key is good', async () => {
    const { credential, selector } = await insertApiKey(tenants.database, organization, 'client');
    const tokens = tokensOn(tenants.database);
    const principal = await tokens.authorize(tokens.issue(credential, inSeconds(5)), 'resolve');
    clock.time += 60_000;

    await expect(tokens.confirm(principal, 'resolve')).resolves.toBeUndefined();

    await tenants.database.transaction(organization.id, (manager) =>
      manager.query(`UPDATE api_key SET revoked_at = now() WHERE selector = $1`, [selector]),
    );
    clock.time += 10_001;
    await expect(tokens.confirm(principal, 'resolve')).rejects.toMatchObject({ code: 'UNKNOWN_API_KEY' });
  });
});
