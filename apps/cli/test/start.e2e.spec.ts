import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir, rm } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { newDirectory } from './support/new-directory.js';
import { COMMAND, ROOT, run, start } from './support/sortition-process.js';
import type { Ready } from './support/sortition-process.js';

const FREE_PORTS = ['--grpc-port', '0', '--http-port', '0'];

let directory: string;
let dataDirectory: string;

beforeAll(async () => {
  directory = await newDirectory();
  dataDirectory = join(directory, 'data');
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

describe('a start that is told to stop', () => {
  it('ends in order while it is still starting', async () => {
    const child = spawn(process.execPath, [COMMAND, 'start', '--data-dir', dataDirectory, ...FREE_PORTS], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    while ((await readdir(dataDirectory).catch(() => [])).length === 0) await sleep(20);

    child.kill('SIGTERM');
    await once(child, 'close');

    expect([child.exitCode, printed]).toEqual([0, '']);
    await expectStopped();
  }, 120_000);

  it.each<[string, (npm: ChildProcess) => void]>([
    ['SIGTERM to npm', (npm) => npm.kill('SIGTERM')],
    ['SIGINT to npm', (npm) => npm.kill('SIGINT')],
    // As a terminal does at Ctrl+C: to npm, which passes it on, and to the platform itself.
    ['SIGINT to everything that npm started', (npm) => process.kill(-(npm.pid ?? 0), 'SIGINT')],
  ])(
    'by %s ends in order and leaves nothing running',
    async (_, stop) => {
      const { npm, ready } = await npmStart();

      // Closed is what npm wrote into once no process holds it any more.
      const closed = once(npm, 'close');
      stop(npm);
      await closed;

      await expectStopped();
      await expect(fetch(`${ready.http}/livez`)).rejects.toThrow('fetch failed');
    },
    120_000,
  );
});

describe('a start on IPv6', () => {
  (hasIpv6 ? it : it.skip).each([
    ['[::1]', /^\[::1\]:\d+$/],
    ['::', /^\[::\]:\d+$/],
  ])(
    'at %s prints addresses that can be used, and is found by other commands',
    async (host, address) => {
      const platform = await start(dataDirectory, undefined, { SORTITION_HOST: host });
      const exported = await run(['export', '--data-dir', dataDirectory]);
      const given = await run(['export', '--address', platform.ready.grpc, '--key', platform.ready.keys.admin]);
      const examined = await run(['doctor', '--data-dir', dataDirectory, '--output', 'json']);
      const response = await fetch(`${platform.ready.http}/readyz`);
      await platform.end('SIGTERM');

      expect(platform.ready.grpc).toMatch(address);
      expect(platform.ready.http).toBe(`http://${platform.ready.http.slice('http://'.length)}`);
      expect([exported.code, given.code, examined.code, response.status]).toEqual([0, 0, 0, 200]);
      expect((JSON.parse(examined.stdout) as { url: string }).url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    },
    120_000,
  );

  it('asks for brackets where an address is ambiguous', async () => {
    const { code, stderr } = await run(['export', '--address', '::1:7800', '--key', 'x']);

    expect(code).toBe(2);
    expect(stderr).toContain('an IPv6 address in brackets, [::1]:7800');
  });
});

describe('a start that cannot be', () => {
  const onLinux = process.platform === 'linux' ? it : it.skip;

  onLinux(
    'fails at once where nothing can be made',
    async () => {
      const { code, stdout, stderr } = await run(['start', '--data-dir', '/proc/nope/deeper', ...FREE_PORTS]);

      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^sortition: The data directory \/proc\/nope\/deeper cannot be written: .*\n$/);
    },
    20_000,
  );

  onLinux.each([
    // Too few for the modules of the command; with 28 the doctor finds room to answer.
    [20, ['doctor']],
    [256, ['start', '--data-dir', '/proc/nope']],
  ])(
    'says that only %i files may be open, and what to do',
    async (limit, commandLine) => {
      const command = `ulimit -n ${limit} && exec "$0" "$@"`;
      const child = spawn('sh', ['-c', command, process.execPath, COMMAND, ...commandLine], { stdio: 'pipe' });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
      await once(child, 'close');

      expect(child.exitCode).toBe(1);
      expect(stderr).toMatch(
        new RegExp(`^sortition: This process may have only ${limit} files open at once, .*ulimit -n 65536.*\n$`),
      );
    },
    20_000,
  );
});

/** The real `npm start` of the repository; without its build, which other tests run beside. */
async function npmStart(): Promise<{ readonly npm: ChildProcess; readonly ready: Ready }> {
  const words = ['start', '--ignore-scripts', '--', '--data-dir', dataDirectory, ...FREE_PORTS, '--output', 'json'];
  const npm = spawn('npm', words, { cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const ready = await new Promise<Ready>((resolve, reject) => {
    createInterface({ input: npm.stdout }).on('line', (line) => {
      if (line.startsWith('{')) resolve(JSON.parse(line) as Ready);
    });
    npm.once('close', () => {
      reject(new Error('npm start printed no line of JSON.'));
    });
  });
  return { npm, ready };
}

/** What a running platform keeps in its data directory, and removes when it ends in order. */
async function expectStopped(): Promise<void> {
  for (const file of ['address.json', join('postgres', 'postmaster.pid')]) {
    await expect(access(join(dataDirectory, file))).rejects.toThrow('ENOENT');
  }
}
