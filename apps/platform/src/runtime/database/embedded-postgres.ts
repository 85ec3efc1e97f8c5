import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type EmbeddedServer, startEmbeddedServer } from '@sortition/embedded-postgres';
import type { DomainError } from '@sortition/kernel';
import { Client } from 'pg';
import type { Logger } from 'pino';

import { superviseServer } from './supervise-server.js';

/** The PostgreSQL server that the platform brings along. */
export interface EmbeddedDatabase {
  readonly url: string;
  /** Resolves, with the reason in one line, when the server died and cannot be kept running. */
  readonly failed: Promise<DomainError>;
  stop(): Promise<void>;
}

const DATABASE = 'sortition';

/**
 * Starts PostgreSQL on files below the data directory, which the caller has locked, making them on first use. When it
 * dies it is started again, on the same port.
 *
 * @throws DomainError DATABASE_UNAVAILABLE with PostgreSQL's own last word when it does not start.
 */
export async function startEmbeddedPostgres(dataDirectory: string, logger: Logger): Promise<EmbeddedDatabase> {
  const server = await startEmbeddedServer({
    directory: join(dataDirectory, 'postgres'),
    password: await passwordOf(dataDirectory),
  });
  try {
    await createDatabase(server);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const supervision = superviseServer(server, logger);
  return {
    url: server.url(DATABASE),
    failed: supervision.failed,
    async stop() {
      await supervision.stop();
      await server.stop();
    },
  };
}

/** The superuser's password, made on first use and kept in a file that only the owner can read. */
async function passwordOf(dataDirectory: string): Promise<string> {
  const path = join(dataDirectory, 'postgres-password');
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept !== undefined) return kept.trim();
  const password = randomBytes(24).toString('hex');
  await writeFile(path, `${password}\n`, { mode: 0o600, flag: 'wx' });
  return password;
}

async function createDatabase(server: EmbeddedServer): Promise<void> {
  const client = new Client({ connectionString: server.url('postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}
