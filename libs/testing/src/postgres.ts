import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmbeddedServer } from '@sortition/embedded-postgres';
import { Client } from 'pg';

/** A real PostgreSQL server of its own, in a temporary directory, without durability. */
export interface TestPostgres {
  /** Connection string of the superuser to the database `postgres`. */
  readonly url: string;
  /** Makes an empty database and returns its connection string. */
  createDatabase(): Promise<string>;
  /** Stops the server and deletes its files. */
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  /** Folder of PostgreSQL's programs. Undefined: the version that the platform brings along. */
  readonly programs?: string;
}

const OLDEST_PROGRAMS = '/usr/lib/postgresql/15/bin';

/** Where the programs of the oldest PostgreSQL that is supported are; undefined when it is not installed. */
export function findOldestPostgres(): string | undefined {
  return existsSync(join(OLDEST_PROGRAMS, 'initdb')) ? OLDEST_PROGRAMS : undefined;
}

/** Starts a server; takes about a second. Stop it in `afterAll`. */
export async function startTestPostgres({ programs }: TestPostgresOptions = {}): Promise<TestPostgres> {
  const parent = await mkdtemp(join(tmpdir(), 'sortition-postgres-'));
  // PostgreSQL never runs as root; its own user must be able to pass through.
  await chmod(parent, 0o711);
  const server = await startEmbeddedServer({
    directory: join(parent, 'data'),
    password: randomBytes(12).toString('hex'),
    settings: { fsync: 'off', full_page_writes: 'off' },
    programs,
  });
  return {
    url: server.url('postgres'),
    async createDatabase() {
      const name = `test_${randomBytes(6).toString('hex')}`;
      const client = new Client({ connectionString: server.url('postgres') });
      await client.connect();
      try {
        await client.query(`CREATE DATABASE ${name}`);
      } finally {
        await client.end();
      }
      return server.url(name);
    },
    async stop() {
      await server.stop();
      await rm(parent, { recursive: true, force: true });
    },
  };
}
