import { execFile, spawn } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { claimServerFiles } from './claim-server-files.js';
import { type EmbeddedServer, startEmbeddedServer } from './start-embedded-server.js';

const password = 'correct-horse';
const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

let parent: string;
let servers: EmbeddedServer[];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'sortition-embedded-'));
  await chmod(parent, 0o711);
  servers = [];
});

afterEach(async () => {
  for (const server of servers) await server.stop();
  await rm(parent, { recursive: true, force: true });
});

const start = async (directory: string): Promise<EmbeddedServer> => {
  const server = await startEmbeddedServer({ directory, password, settings: { fsync: 'off' } });
  servers.push(server);
  return server;
};

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });

describe('the embedded server', () => {
  it('starts on an empty directory, stops, and starts on the same files again', async () => {
    const first = await start(join(parent, 'data'));
    expect(await answers(first.port)).toBe(true);
    await first.stop();
    expect(await answers(first.port)).toBe(false);

    const second = await start(join(parent, 'data'));

    expect(await answers(second.port)).toBe(true);
  });

  it('replaces a server that an earlier process left running', async () => {
    const orphan = await start(join(parent, 'data'));

    const next = await start(join(parent, 'data'));

    expect(await answers(orphan.port)).toBe(orphan.port === next.port);
    expect(await answers(next.port)).toBe(true);
  });

  it('starts on the files of a server that was killed a moment ago', async () => {
    const directory = join(parent, 'data');
    await start(directory);
    const postmaster = Number.parseInt(await readFile(join(directory, 'postmaster.pid'), 'utf8'), 10);
    process.kill(postmaster, 'SIGKILL');

    const next = await start(directory);

    expect(await answers(next.port)).toBe(true);
  });

  it('leaves a process alone that has the number of a server that was killed', async () => {
    const directory = join(parent, 'data');
    const server = await start(directory);
    const pidFile = join(directory, 'postmaster.pid');
    const left = await readFile(pidFile, 'utf8');
    await server.stop();
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => bystander.once('exit', resolve));
    await writeFile(pidFile, left.replace(/^\d+/, String(bystander.pid)));

    const next = await start(directory);

    expect(await answers(next.port)).toBe(true);
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    bystander.kill('SIGKILL');
    await ended;
  });

  it('does not start beside a server that runs where its processes cannot be seen', async () => {
    const directory = join(parent, 'data');
    const server = await start(directory);
    const pidFile = join(directory, 'postmaster.pid');
    const kept = await readFile(pidFile, 'utf8');
    await writeFile(pidFile, kept.replace(/^\d+/, '1'));

    const claim = claimServerFiles(
      directory,
      `${directory}.lock`,
      () => Promise.reject(new Error('told to stop')),
      200,
    );

    await expect(claim).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringContaining('outside this container'),
    });
    expect(await answers(server.port)).toBe(true);
    await writeFile(pidFile, kept);
  });

  it('can be stopped twice', async () => {
    const server = await start(join(parent, 'data'));
    await server.stop();

    await expect(server.stop()).resolves.toBeUndefined();
  });

  it('says why it does not start', async () => {
    const directory = join(parent, 'data');
    await (await start(directory)).stop();
    await rm(join(directory, 'global'), { recursive: true });

    await expect(startEmbeddedServer({ directory, password })).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringMatching(/did not start on .*: .+/),
    });
  });

  (isRoot ? it : it.skip)(
    'keeps its files where its own user can reach them when root hides the directory',
    async () => {
      const hidden = join(parent, 'hidden');
      await mkdir(hidden, { mode: 0o700 });

      const server = await start(join(hidden, 'data'));

      expect(await answers(server.port)).toBe(true);
      expect((await lstat(join(hidden, 'data'))).isSymbolicLink()).toBe(true);
      const { stdout } = await run('readlink', [join(hidden, 'data')]);
      await server.stop();
      await rm(stdout.trim(), { recursive: true });
    },
  );
});
