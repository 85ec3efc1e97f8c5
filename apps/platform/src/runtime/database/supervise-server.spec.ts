import { mkdtemp, readFile, rename, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EmbeddedServer, startEmbeddedServer } from '@sortition/embedded-postgres';
import { Client } from 'pg';
import { pino } from 'pino';

import { superviseServer, type Supervision } from './supervise-server.js';

const TIMES = { checkMs: 20, firstPauseMs: 10, attempts: 3, windowMs: 60_000 };

let parent: string;
let directory: string;
let server: EmbeddedServer;
let supervision: Supervision;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'sortition-supervised-'));
  await chmod(parent, 0o711);
  directory = join(parent, 'postgres');
  server = await startEmbeddedServer({ directory, password: 'secret', settings: { fsync: 'off' } });
  supervision = superviseServer(server, pino({ level: 'silent' }), TIMES);
});

afterEach(async () => {
  await supervision.stop();
  await server.stop();
  await rm(parent, { recursive: true, force: true });
});

const kill = async (): Promise<void> => {
  const pid = Number.parseInt(await readFile(join(directory, 'postmaster.pid'), 'utf8'), 10);
  process.kill(pid, 'SIGKILL');
};

const answer = async (): Promise<unknown> => {
  const client = new Client({ connectionString: server.url('postgres') });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query('SELECT 1 AS one')).rows;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
};

describe('a supervised server', () => {
  it('answers again on the same port after it was killed', async () => {
    await kill();
    while (await server.isRunning()) await pause(5);
    while ((await answer()) === undefined) await pause(20);

    expect(await answer()).toEqual([{ one: 1 }]);
  });

  it('is given up, with its own last word, when it does not start any more', async () => {
    await rename(join(directory, 'global'), join(directory, 'lost'));
    await kill();

    expect(await supervision.failed).toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringMatching(/^The embedded PostgreSQL died and cannot be kept running.*global/),
    });
  });

  it('is given up when it keeps dying', async () => {
    for (let deaths = 0; deaths < TIMES.attempts; deaths += 1) {
      while ((await answer()) === undefined) await pause(20);
      await kill();
    }

    expect(await supervision.failed).toMatchObject({ message: expect.stringContaining('it died 3 times within 60 s') });
  });

  it('stays down when it was told to stop', async () => {
    await supervision.stop();
    await server.stop();
    await pause(5 * TIMES.checkMs);

    expect(await server.isRunning()).toBe(false);
  });
});
