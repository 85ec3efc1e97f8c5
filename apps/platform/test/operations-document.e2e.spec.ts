import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findOldestPostgres, startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';
import { pino } from 'pino';

import { ClosingStack } from '../src/runtime/closing-stack.js';
import { openDatabase } from '../src/runtime/database/open-database.js';
import { insertOrganization, openTestTenants } from '../src/runtime/testing/tenants.js';
import { runPlatform } from './running-platform.js';

const DOCUMENT = new URL('../docs/operations.md', import.meta.url);
const SOURCES = new URL('../src/', import.meta.url);
const run = promisify(execFile);

/** Instruments as code makes them, and what Prometheus appends to their names. */
const INSTRUMENT = /\.create(\w+)\(\s*'(sortition\.[\w.]+)'/g;

const programs = findOldestPostgres();
let text: string;
let server: TestPostgres;

beforeAll(async () => {
  text = await readFile(DOCUMENT, 'utf8');
  server = await startTestPostgres(programs === undefined ? {} : { programs });
});

afterAll(() => server.stop());

/** The SQL block of the document that begins with the text. */
function sqlOf(beginning: string): string {
  const block = [...text.matchAll(/```sql\n(.*?)```/gs)].find(([, sql]) => sql?.startsWith(beginning))?.[1];
  if (block === undefined) throw new Error(`The document has no SQL that begins with "${beginning}".`);
  return block;
}

function urlOf(database: string, user?: string): string {
  const url = new URL(server.url);
  url.pathname = database;
  if (user !== undefined) {
    url.username = user;
    url.password = 'secret';
  }
  return url.href;
}

/** The shell block of the document that begins with the text. */
function shellOf(beginning: string): string {
  const block = [...text.matchAll(/```sh\n(.*?)```/gs)].find(([, shell]) => shell?.startsWith(beginning))?.[1];
  if (block === undefined) throw new Error(`The document has no commands that begin with "${beginning}".`);
  return block;
}

/** Runs statements one by one, as psql does. */
async function execute(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function opens(url: string): Promise<void> {
  const closing = new ClosingStack(pino({ level: 'silent' }));
  await openDatabase(url, [], pino({ level: 'silent' }), closing).finally(() => closing.close());
}

async function quotaOf(url: string): Promise<unknown> {
  const tenants = await openTestTenants(url);
  const rows: unknown = await tenants.database.lookUp('sortition.organization_key', 'starter', (manager) =>
    manager.query('SELECT events_per_second FROM organization'),
  );
  await tenants.close();
  return rows;
}

describe('the page on operations', () => {
  it('lists every metric by the name that Prometheus shows, and no other', async () => {
    const files = (await readdir(SOURCES, { recursive: true })).filter((file) => file.endsWith('.ts'));
    const sources = await Promise.all(files.map((file) => readFile(new URL(file, SOURCES), 'utf8')));
    const made = sources.flatMap((source) =>
      [...source.matchAll(INSTRUMENT)].map(
        ([, kind, name = '']) => `${name.replaceAll('.', '_')}${kind?.endsWith('Counter') ? '_total' : ''}`,
      ),
    );
    const table = text.split('\n').filter((line) => line.startsWith('| `sortition_'));
    const listed = table.flatMap((line) =>
      [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );

    expect(listed.sort()).toEqual([...new Set(made)].sort());
    expect(listed.length).toBeGreaterThan(20);
  });

  it('has SQL that makes a database which the platform can use', async () => {
    const statements = sqlOf('CREATE ROLE')
      .split(';\n')
      .filter((statement) => statement.trim() !== '');
    await execute(server.url, statements);

    await expect(opens(urlOf('sortition', 'sortition'))).resolves.toBeUndefined();
  });

  it('has SQL by which the owner sets a quota', async () => {
    const url = urlOf('sortition', 'sortition');
    const tenants = await openTestTenants(url);
    await insertOrganization(tenants.database, 'starter');
    await tenants.close();

    await execute(url, [sqlOf('BEGIN;')]);

    expect(await quotaOf(url)).toEqual([{ events_per_second: 5000 }]);
  });

  it("has SQL by which the owner gets a new operator's token from the next start", async () => {
    const url = urlOf('sortition', 'sortition');
    const first = await runPlatform(url);
    await first.stop();

    await execute(url, [sqlOf("-- revoke the operator's tokens")]);

    const second = await runPlatform(url);
    await second.stop();
    expect(second.platform.starter.operatorToken).toMatch(/^sor_operator_/);
    expect(second.platform.starter.operatorToken).not.toBe(first.platform.starter.operatorToken);
  });

  if (programs === undefined) {
    it.skip('restores a dump where PostgreSQL 15 is installed (apt-get install postgresql-15)', () => undefined);
    return;
  }

  it('restores the dump of a superuser', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sortition-dump-'));
    const { hostname, port, username, password } = new URL(server.url);
    const options = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password, PGDATABASE: 'postgres' };
    const env = { ...process.env, ...options, PATH: `${programs}:${process.env['PATH'] ?? ''}` };

    await run('bash', ['-euc', shellOf('pg_dump')], { cwd: directory, env });
    await rm(directory, { recursive: true });

    expect(await quotaOf(urlOf('restored', 'sortition'))).toEqual([{ events_per_second: 5000 }]);
    await expect(opens(urlOf('restored', 'sortition'))).resolves.toBeUndefined();
  });

  it('restores the dump of the owner, while row-level security is not forced', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sortition-dump-'));
    const dump = join(directory, 'sortition.dump');
    const owned = urlOf('sortition', 'sortition');
    const restored = urlOf('restored_by_owner', 'sortition');
    await execute(server.url, ['CREATE DATABASE restored_by_owner OWNER sortition']);

    await expect(run(join(programs, 'pg_dump'), ['-f', dump, owned])).rejects.toThrow(/row-level security/);
    await execute(owned, [sqlOf('-- lift')]);
    await run(join(programs, 'pg_dump'), ['-Fc', '-f', dump, owned]);
    await expect(opens(owned)).rejects.toThrow(/row-level security is not enabled and forced on api_key and \d+ more/);
    await execute(owned, [sqlOf('-- put back')]);
    await run(join(programs, 'pg_restore'), ['--no-owner', '-d', restored, dump]);
    await execute(restored, [sqlOf('-- put back')]);
    await rm(directory, { recursive: true });

    expect(await quotaOf(restored)).toEqual([{ events_per_second: 5000 }]);
    await expect(opens(owned)).resolves.toBeUndefined();
  });
});
