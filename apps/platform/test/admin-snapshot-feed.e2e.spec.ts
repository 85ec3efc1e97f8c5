import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findPooler, startTestPooler, startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';
import { pino } from 'pino';

import type { Author } from '../src/modules/admin/domain/author.js';
import { DatabaseSnapshotFeed } from '../src/modules/admin/infra/database-snapshot-feed.js';
import { SnapshotListener } from '../src/modules/admin/infra/snapshot-listener.js';
import { AdminUseCases } from '../src/modules/admin/testing/admin-use-cases.js';
import { BUTTON } from '../src/modules/admin/testing/definitions.js';
import {
  openPostgresAdminDatabase,
  type PostgresAdminDatabase,
} from '../src/modules/admin/testing/postgres-admin-database.js';

let server: TestPostgres;
let opened: PostgresAdminDatabase;
let admin: AdminUseCases;
let listener: SnapshotListener;
let feed: DatabaseSnapshotFeed;
let author: Author;
let environmentId: string;

beforeAll(async () => {
  server = await startTestPostgres();
  opened = await openPostgresAdminDatabase(server);
  admin = new AdminUseCases(opened.database);
  listener = new SnapshotListener(opened.url, opened.tenants, pino({ level: 'silent' }));
  listener.onModuleInit();
  feed = new DatabaseSnapshotFeed(opened.database, listener);
  author = await admin.newOrganization();
  environmentId = (await feed.findEnvironment(author.organizationId, 'shop', 'production')) ?? '';
});

afterAll(async () => {
  await listener.onModuleDestroy();
  await opened.close();
  await server.stop();
});

const createFlag = (key: string): Promise<unknown> =>
  admin.createResource.execute(author, { kind: 'flag', project: 'shop', key, definition: BUTTON, requestId: '' });

/** The revision of the next notification of the environment; publishes until one arrives. */
async function nextNotification(prefix: string): Promise<number> {
  const heard: number[] = [];
  const stop = feed.onPublished((id, revision) => {
    if (id === environmentId) heard.push(revision);
  });
  for (let published = 1; heard.length === 0; published += 1) await createFlag(`${prefix}-${published}`);
  stop();
  return heard[0] ?? 0;
}

describe('the snapshot feed', () => {
  it('tells of a published revision, also after its connection was cut', async () => {
    const before = await nextNotification('before');
    const superuser = new Client({ connectionString: opened.url });
    await superuser.connect();
    await superuser.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sortition-listen'`,
    );
    await superuser.end();

    const after = await nextNotification('after');

    expect(after).toBeGreaterThan(before);
  });

  it('gives the deltas since a revision, none for the newest and undefined for an unknown one', async () => {
    await createFlag('one-more');
    const { revision } = await feed.latest(author.organizationId, environmentId);

    const deltas = await feed.deltasSince(author.organizationId, environmentId, revision - 1);

    expect(deltas?.map(({ fromRevision, revision: to }) => [fromRevision, to])).toEqual([[revision - 1, revision]]);
    expect(await feed.deltasSince(author.organizationId, environmentId, revision)).toEqual([]);
    expect(await feed.deltasSince(author.organizationId, environmentId, revision + 1)).toBeUndefined();
    expect(await feed.deltasSince(author.organizationId, environmentId, 0)).toBeUndefined();
  });

  it('shows nothing to another organization', async () => {
    const stranger = await admin.newOrganization();

    await expect(feed.latest(stranger.organizationId, environmentId)).rejects.toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
    });
  });

  (findPooler() === undefined ? it.skip : it)(
    'tells of a published revision behind a pooler, where notifications do not arrive (apt-get install pgbouncer)',
    async () => {
      const pooler = await startTestPooler(server.url);
      const pooled = await openPostgresAdminDatabase(server, pooler);
      const polling = new SnapshotListener(pooled.url, pooled.tenants, pino({ level: 'silent' }));
      polling.onModuleInit();
      const users = new AdminUseCases(pooled.database);
      const author = await users.newOrganization();
      const pooledFeed = new DatabaseSnapshotFeed(pooled.database, polling);
      const production = await pooledFeed.findEnvironment(author.organizationId, 'shop', 'production');
      const told: number[] = [];
      const reached = (revision: number): Promise<void> =>
        new Promise((resolve) => {
          pooledFeed.onPublished((id, published) => {
            if (id === production) told.push(published);
            if (id === production && published >= revision) resolve();
          });
        });
      const { revision } = await pooledFeed.latest(author.organizationId, production ?? '');
      await reached(revision);
      const flag = { kind: 'flag', project: 'shop', key: 'late', definition: BUTTON, requestId: '' } as const;
      await Promise.all([reached(revision + 1), users.createResource.execute(author, flag)]);

      expect(told.at(-1)).toBe(revision + 1);
      await polling.onModuleDestroy();
      await pooled.close();
      await pooler.stop();
    },
  );
});
