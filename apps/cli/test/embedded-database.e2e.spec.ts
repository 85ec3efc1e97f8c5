import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { newDirectory } from './support/new-directory.js';
import { run, start, type Started } from './support/sortition-process.js';

/** A new process namespace, as every container has; only root may make one. */
const NAMESPACE = ['--pid', '--ipc', '--fork', '--mount-proc'];
const hasNamespaces = spawnSync('unshare', [...NAMESPACE, 'true']).status === 0;

let directory: string;
let dataDirectory: string;
let platform: Started;

beforeAll(async () => {
  directory = await newDirectory();
  dataDirectory = join(directory, 'data');
  platform = await start(dataDirectory);
}, 120_000);

afterAll(async () => {
  await platform.end('SIGTERM');
  await rm(directory, { recursive: true, force: true });
}, 60_000);

const postmaster = async (): Promise<number> =>
  Number.parseInt(await readFile(join(dataDirectory, 'postgres', 'postmaster.pid'), 'utf8'), 10);

const readiness = async (): Promise<unknown> => {
  const response = await fetch(`${platform.ready.http}/readyz`);
  return response.json();
};

const becomes = async (state: object): Promise<void> => {
  for (;;) {
    const found = await readiness();
    if (JSON.stringify(found).includes(JSON.stringify(state).slice(1, -1))) return;
    await pause(20);
  }
};

describe('the embedded PostgreSQL of a running platform', () => {
  it.each([
    ['with temporary files elsewhere', undefined],
    ['in another container that shares the volume', NAMESPACE],
  ])('survives a second start %s', async (_title, namespace) => {
    if (namespace !== undefined && !hasNamespaces) return;
    const temporary = join(directory, 'elsewhere');
    await mkdir(temporary, { recursive: true });
    const before = await postmaster();

    const second = await run(['start', '--data-dir', dataDirectory, '--grpc-port', '0', '--http-port', '0'], {
      env: { TMPDIR: temporary },
      ...(namespace && { within: ['unshare', ...namespace] }),
    });

    expect(second.code).toBe(1);
    expect(second.stdout).toBe('');
    expect(second.stderr).toMatch(
      /^sortition: Another running platform \(process \d+ on .+\) uses the data directory .+\[INVALID_CONFIGURATION\]\n$/,
    );
    expect(await postmaster()).toBe(before);
    expect(await readiness()).toMatchObject({ status: 'ready', database: 'up' });
  });

  it('is started again when it dies, and readiness says so meanwhile', async () => {
    process.kill(await postmaster(), 'SIGKILL');

    await becomes({ database: 'down' });
    await becomes({ database: 'up' });
    const exported = await run(['export', '--data-dir', dataDirectory]);
    expect(exported).toMatchObject({ code: 0, stderr: '' });
  });

  it('ends the platform with one line when it cannot be started any more', async () => {
    await rename(join(dataDirectory, 'postgres', 'global'), join(dataDirectory, 'postgres', 'lost'));
    process.kill(await postmaster(), 'SIGKILL');

    expect(await platform.ended).toBe(1);
    expect(platform.stderr().trim().split('\n').at(-1)).toMatch(
      /^sortition: The embedded PostgreSQL died and cannot be kept running, so the platform stops: .+\[DATABASE_UNAVAILABLE\]$/,
    );
  }, 120_000);
});
