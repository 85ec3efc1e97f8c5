import { createHash } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compileSnapshot, type Snapshot, type SnapshotDelta } from '@sortition/evaluation';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';
import { canonicalJson } from '@sortition/declaration';

import type { Author } from '../src/modules/admin/domain/author.js';
import type { StoredSnapshot } from '../src/modules/admin/domain/published-snapshot.js';
import { AdminUseCases } from '../src/modules/admin/testing/admin-use-cases.js';
import { BUTTON } from '../src/modules/admin/testing/definitions.js';
import {
  openPostgresAdminDatabase,
  type PostgresAdminDatabase,
} from '../src/modules/admin/testing/postgres-admin-database.js';

let server: TestPostgres;
let opened: PostgresAdminDatabase;
let admin: AdminUseCases;

beforeAll(async () => {
  server = await startTestPostgres();
  opened = await openPostgresAdminDatabase(server);
  admin = new AdminUseCases(opened.database);
});

afterAll(async () => {
  await opened.close();
  await server.stop();
});

async function latestOf(author: Author, environment = 'production'): Promise<StoredSnapshot> {
  return opened.database.read(author.organizationId, async (session) => {
    const project = await session.projects.find('shop');
    const found = project && (await session.projects.findEnvironment(project, environment));
    const latest = found && (await session.snapshots.latest(found.id));
    if (!latest) throw new Error(`"${environment}" has no snapshot.`);
    return latest;
  });
}

describe('published snapshots', () => {
  it('exist from the creation of an environment', async () => {
    const author = await admin.newOrganization();

    const latest = await latestOf(author);

    expect(latest.revision).toBe(1);
    expect(compileSnapshot(JSON.parse(latest.json)).revision).toBe(1);
  });

  it('carry the SHA-256 of their own bytes, in canonical form, when they are stored as a whole', async () => {
    const author = await admin.newOrganization();
    await admin.createResource.execute(author, {
      kind: 'flag',
      project: 'shop',
      key: 'button',
      definition: BUTTON,
      requestId: '',
    });

    const { json, contentHash, revision, wholeRevision } = await latestOf(author);

    expect(wholeRevision).toBe(revision);
    expect(createHash('sha256').update(json).digest('hex')).toBe(contentHash);
    expect(canonicalJson(JSON.parse(json))).toBe(json);
  });

  it('carry a hash of the change when they are stored as a change, the same for everyone', async () => {
    const author = await admin.newOrganization();
    const flag = { kind: 'flag', project: 'shop', environment: undefined, key: 'button' } as const;
    // A change that is larger than the whole state is stored as one.
    for (const key of ['button', 'banner', 'theme', 'limit']) {
      await admin.createResource.execute(author, { ...flag, key, definition: BUTTON, requestId: '' });
    }
    const before = await latestOf(author);

    await admin.updateResource.execute(author, flag, { clientVisible: !BUTTON.clientVisible }, '');

    const after = await latestOf(author);
    const [delta] = await opened.database.read(author.organizationId, ({ snapshots }) =>
      snapshots.deltasAfter(after.environmentId, before.revision),
    );
    const expected = createHash('sha256')
      .update(`${before.contentHash}\n${delta?.json ?? ''}`)
      .digest('hex');
    expect(after.wholeRevision).toBeLessThan(after.revision);
    expect(after.contentHash).toBe(expected);
    expect(delta?.contentHash).toBe(expected);
    expect(canonicalJson(JSON.parse(after.json))).toBe(after.json);
  });

  it('are not made by a write that evaluation cannot see', async () => {
    const author = await admin.newOrganization();
    const flag = { kind: 'flag', project: 'shop', environment: undefined, key: 'button' } as const;
    await admin.createResource.execute(author, { ...flag, definition: BUTTON, requestId: '' });
    const before = await latestOf(author);

    await admin.updateResource.execute(author, flag, { owner: 'team-design' }, '');

    expect(await latestOf(author)).toEqual(before);
  });

  it('have consecutive revisions and deltas that lead to the latest content when 20 writers write at once', async () => {
    const author = await admin.newOrganization();
    const start = await latestOf(author);

    await Promise.all(
      Array.from({ length: 20 }, (_item, index) =>
        admin.createResource.execute(author, {
          kind: 'flag',
          project: 'shop',
          key: `flag-${index}`,
          definition: BUTTON,
          requestId: '',
        }),
      ),
    );

    const latest = await latestOf(author);
    const deltas = await opened.database.read(author.organizationId, (session) =>
      session.snapshots.deltasAfter(start.environmentId, start.revision),
    );
    expect(deltas.map(({ revision }) => revision)).toEqual(Array.from({ length: 20 }, (_item, index) => index + 2));
    expect(deltas.map(({ fromRevision }) => fromRevision)).toEqual(
      Array.from({ length: 20 }, (_item, index) => index + 1),
    );
    const first = JSON.parse(start.json) as Snapshot;
    const applied = deltas.reduce(
      (snapshot, { json }) => withDelta(snapshot, JSON.parse(json) as SnapshotDelta),
      first,
    );
    expect(canonicalJson(applied)).toBe(latest.json);
    expect(latest.revision).toBe(21);
  });

  it('keep the newest 1,000 deltas', async () => {
    const author = await admin.newOrganization();
    const { environmentId } = await latestOf(author);
    await asSuperuser(
      `INSERT INTO environment_delta (environment_id, organization_id, from_revision, revision, content_hash, json)
       SELECT $1, $2, n - 1, n, '', '{}' FROM generate_series(2, 1500) n`,
      [environmentId, author.organizationId],
    );
    await asSuperuser(`UPDATE environment_snapshot SET revision = 1500 WHERE environment_id = $1`, [environmentId]);

    await new AdminUseCases(opened.database).createResource.execute(author, {
      kind: 'flag',
      project: 'shop',
      key: 'button',
      definition: BUTTON,
      requestId: '',
    });

    const deltas = await opened.database.read(author.organizationId, (session) =>
      session.snapshots.deltasAfter(environmentId, 0),
    );
    expect([deltas.length, deltas.at(0)?.revision, deltas.at(-1)?.revision]).toEqual([1_000, 502, 1_501]);
  });
});

describe('a write whose database connection is lost', () => {
  it('fails as unavailable and leaves nothing behind', async () => {
    const author = await admin.newOrganization();

    const write = opened.database.write(author.organizationId, async (session) => {
      const project = { id: admin.identity.newId(), key: 'half', displayName: 'half', createdAt: new Date(0) };
      await session.projects.create(project);
      await asSuperuser(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'sortition' AND state = 'idle in transaction'`,
      );
      await session.projects.standing(project);
    });

    await expect(write).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    const found = await opened.database.read(author.organizationId, (session) => session.projects.find('half'));
    expect(found).toBeUndefined();
  });
});

async function asSuperuser(sql: string, parameters: readonly unknown[] = []): Promise<void> {
  const client = new Client({ connectionString: opened.url });
  await client.connect();
  try {
    await client.query(sql, [...parameters]);
  } finally {
    await client.end();
  }
}

/** Applies the flags of a delta by its definition, without the code under test. */
function withDelta(snapshot: Snapshot, delta: SnapshotDelta): Snapshot {
  const flags = new Map(snapshot.flags.map((flag) => [flag.key, flag]));
  for (const key of delta.flags.removed) flags.delete(key);
  for (const flag of delta.flags.upserted) flags.set(flag.key, flag);
  return {
    ...snapshot,
    revision: delta.revision,
    flags: [...flags.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
  };
}
