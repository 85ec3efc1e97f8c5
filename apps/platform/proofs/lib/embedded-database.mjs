/** The embedded PostgreSQL of a data directory, seen from outside the platform. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

/** Process id and port of the running server. */
export async function postmasterOf(dataDirectory) {
  const lines = (await readFile(join(dataDirectory, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]) };
}

export async function superuserUrl(dataDirectory) {
  const { port } = await postmasterOf(dataDirectory);
  const password = (await readFile(join(dataDirectory, 'postgres-password'), 'utf8')).trim();
  return `postgres://postgres:${password}@127.0.0.1:${port}/sortition`;
}

/** Events in the log that the warehouse lacks. */
export async function eventsBehind(client) {
  const { rows } = await client.query(`
    SELECT COALESCE((SELECT max("offset") FROM event_segment), 0)::float8 -
      COALESCE((SELECT "offset" FROM event_consumer WHERE name = 'warehouse'), 0)::float8 AS behind`);
  return rows[0].behind;
}

/** Resolves when the warehouse has everything that the log holds. */
export async function untilLoaded(databaseUrl, timeoutMs = 120_000) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const behind = await eventsBehind(client);
      if (behind <= 0) return;
      if (Date.now() > deadline) throw new Error(`The loader stays ${behind} events behind.`);
      await sleep(100);
    }
  } finally {
    await client.end();
  }
}
