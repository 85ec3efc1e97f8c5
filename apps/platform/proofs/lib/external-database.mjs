/**
 * A PostgreSQL server that is not the platform's: on a port of its own that stays over restarts, so that a platform
 * which lost it can find it again.
 */
import { createServer } from 'node:net';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { startEmbeddedServer } from '@sortition/embedded-postgres';
import pg from 'pg';

const PASSWORD = 'proof';

export async function startExternalDatabase(directory, settings = {}) {
  const port = await freePort();
  const start = () =>
    startEmbeddedServer({ directory, password: PASSWORD, settings: { ...settings, port: String(port) } });
  let server = await start();
  const url = (database) => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`;
  await create(url('postgres'));
  const pid = async () => Number.parseInt(await readFile(join(directory, 'postmaster.pid'), 'utf8'), 10);
  return {
    url: url('sortition'),
    async kill() {
      process.kill(await pid(), 'SIGKILL');
    },
    /** Whether the server's first process runs. */
    async isRunning() {
      try {
        return process.kill(await pid(), 0);
      } catch {
        return false;
      }
    },
    async start() {
      server = await start();
    },
    async stop() {
      await server.stop();
    },
  };
}

async function create(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE DATABASE sortition');
  await client.end();
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
