import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readDocument } from '@sortition/declaration';
import { compileSnapshot } from '@sortition/evaluation';
import { standardOperators } from '@sortition/evaluation/operators';
import { InMemStorageProvider, Unleash } from 'unleash-client';

import { AdminUseCases } from '../src/modules/admin/testing/admin-use-cases.js';
import { InMemoryAdminDatabase } from '../src/modules/admin/testing/in-memory-admin-database.js';
import { latestSnapshot } from '../src/modules/admin/testing/latest-snapshot.js';

const DOCUMENT = new URL('../docs/migrating.md', import.meta.url);

const USERS = Array.from({ length: 2_500 }, (_, index) => [
  `user-${index}`,
  `person.${index}@example.com`,
  Math.imul(index, 0x9e3779b1).toString(16),
  `zoë-${index}`,
]).flat();

let files: readonly string[];
let unleash: Unleash;

beforeAll(async () => {
  files = [...(await readFile(DOCUMENT, 'utf8')).matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => yaml);
  unleash = await unleashWithRollout();
});

afterAll(() => {
  unleash.destroy();
});

describe('the page for those who migrate', () => {
  it.each([
    ['a flag', 0],
    ['an experiment', 1],
  ])('has a file that keeps every user where Unleash has them, as %s', async (_title, index) => {
    const admin = new AdminUseCases(new InMemoryAdminDatabase());
    const author = await admin.newOrganization();
    const document = readDocument(files[index] ?? '', 'yaml', 'the page');
    await admin.applyDeclaration.execute(author, { project: 'shop', document, mode: 'apply' });
    const snapshot = compileSnapshot(await latestSnapshot(admin.database, author, 'production'), {
      operators: standardOperators,
    });

    const moved = USERS.filter((userId) => {
      const { variant } = snapshot.evaluate('checkout', { targetingKey: userId }, { now: Date.now() });
      const { name } = unleash.getVariant('checkout', { userId });
      return variant !== (name === 'disabled' ? 'none' : name);
    });

    expect(moved).toEqual([]);
  });

  it('has an example in which every variant is served', () => {
    const names = new Set(USERS.map((userId) => unleash.getVariant('checkout', { userId }).name));

    expect([...names].sort()).toEqual(['a', 'b', 'c', 'disabled']);
  });
});

/** Unleash's SDK with the flag that the page describes, and no server. */
async function unleashWithRollout(): Promise<Unleash> {
  const parameters = { groupId: 'checkout', rollout: '50', stickiness: 'userId' };
  const variants = [200, 300, 500].map((weight, index) => ({ name: 'abc'[index] ?? '', weight, stickiness: 'userId' }));
  const strategies = [{ name: 'flexibleRollout', parameters, constraints: [], segments: [], variants }];
  const feature = { name: 'checkout', type: 'release', enabled: true, project: 'default', impressionData: false };
  const client = new Unleash({
    appName: 'migrating',
    url: 'http://127.0.0.1:9/',
    refreshInterval: 0,
    disableMetrics: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: { data: [{ ...feature, stale: false, strategies, variants: [] }] },
  });
  for (const event of ['error', 'warn']) client.on(event, () => undefined);
  if (!client.isSynchronized()) await new Promise((resolve) => client.once('ready', resolve));
  return client;
}
