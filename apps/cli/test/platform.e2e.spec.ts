import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { newDirectory } from './support/new-directory.js';
import { ROOT, run, start, startForPerson } from './support/sortition-process.js';
import type { Started } from './support/sortition-process.js';

const DECLARATION = `
version: 1
flags:
  - key: new-checkout
    type: boolean
    variants: { off: false, on: true }
    environments:
      production:
        enabled: true
        defaultVariant: off
        rules:
          - { key: experiment, experiment: checkout }
metrics:
  - { key: purchase-rate, kind: conversion, event: purchase }
experiments:
  - key: checkout
    flag: new-checkout
    environment: production
    control: off
    variants: { off: 50, on: 50 }
    metrics: { success: [purchase-rate] }
    state: running
`;

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

const json = (text: string): unknown => JSON.parse(text);

describe('sortition start', () => {
  it('prints exactly one line with addresses and keys', () => {
    expect(platform.stdout().split('\n')).toHaveLength(2);
    expect(platform.ready).toEqual({
      grpc: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      organization: 'starter',
      project: 'shop',
      environment: 'production',
      keys: {
        admin: expect.stringMatching(/^sor_admin_/),
        server: expect.stringMatching(/^sor_server_/),
        client: expect.stringMatching(/^sor_client_/),
      },
      operatorToken: expect.stringMatching(/^sor_operator_/),
    });
  });

  it('keeps the starter keys and the address where only the owner reads them', async () => {
    for (const file of ['starter-keys.json', 'address.json']) {
      expect((await stat(join(dataDirectory, file))).mode & 0o777).toBe(0o600);
    }
  });

  it.each([
    ['--grpc-port', '--http-port'],
    ['--http-port', '--grpc-port'],
  ])(
    'fails with one line when the port of %s is taken',
    async (taken, other) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { port: number };

      const data = join(directory, `taken${taken}`);
      const { code, stdout, stderr } = await run(['start', '--data-dir', data, taken, String(port), other, '0']);
      server.close();

      expect([code, stdout]).toEqual([1, '']);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toContain(`127.0.0.1:${port}`);
      expect(stderr).toContain(taken);
    },
    120_000,
  );

  it('fails with one line when the data directory is a file', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');

    const { code, stderr } = await run(['start', '--data-dir', file, '--grpc-port', '0', '--http-port', '0']);

    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('cannot be written');
  }, 60_000);

  it('fails with one line when the data directory is in use', async () => {
    const { code, stderr } = await run(['start', '--data-dir', dataDirectory, '--grpc-port', '0', '--http-port', '0']);

    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/Another running platform \(process \d+ on [^)]+\) uses the data directory/);
  }, 60_000);

  it('fails with one line when the database does not answer, and shows no password', async () => {
    const env = { SORTITION_DATABASE_URL: 'postgres://user:hidden@127.0.0.1:1/none' };

    const other = join(directory, 'unreachable');
    const { code, stderr } = await run(['start', '--data-dir', other, '--grpc-port', '0', '--http-port', '0'], { env });

    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain('hidden');
  }, 60_000);

  it('fails with one line when the warehouse does not answer, and shows no password', async () => {
    const env = { SORTITION_WAREHOUSE: 'postgres://user:hidden@127.0.0.1:1/analytics' };

    const other = join(directory, 'without-warehouse');
    const { code, stderr } = await run(['start', '--data-dir', other, '--grpc-port', '0', '--http-port', '0'], { env });

    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('127.0.0.1:1/analytics cannot be opened');
    expect(stderr).toContain('Check SORTITION_WAREHOUSE');
    expect(stderr).not.toContain('hidden');
  }, 60_000);
});

describe('raw data on the command line', () => {
  it('is written into a Parquet file', async () => {
    const file = join(directory, 'events.parquet');

    const { code, stdout, stderr } = await run([
      ...['export-events', '--out', file, '--data-dir', dataDirectory, '--output', 'json'],
    ]);

    expect([code, stderr]).toEqual([0, '']);
    expect(json(stdout)).toEqual({ file, bytes: (await stat(file)).size });
    expect((await readFile(file)).subarray(0, 4).toString()).toBe('PAR1');
  }, 60_000);

  it('leaves no file behind when it cannot be exported', async () => {
    const file = join(directory, 'nowhere.parquet');

    const { code, stderr } = await run([
      ...['export-events', '--out', file, '--environment', 'nowhere', '--data-dir', dataDirectory],
    ]);

    expect(code).toBe(1);
    expect(stderr).toContain('"projects/shop/environments/nowhere"');
    await expect(stat(file)).rejects.toThrow('ENOENT');
    await expect(stat(`${file}.part`)).rejects.toThrow('ENOENT');
  }, 60_000);

  it('is erased of a unit only when that is really meant', async () => {
    const erase = ['erase-unit', 'user-1', '--data-dir', dataDirectory];

    const asked = await run(erase);
    const done = await run([...erase, '--yes']);

    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('--yes');
    expect([done.code, done.stderr]).toEqual([0, '']);
    expect(done.stdout).toContain('warehouse           0 erased, 0 left');
  }, 60_000);
});

describe('the thread on the command line', () => {
  it('plans, applies, and finds nothing to do the second time', async () => {
    const file = join(directory, 'declaration.yaml');
    await writeFile(file, DECLARATION);
    const apply = ['apply', '-f', file, '--data-dir', dataDirectory, '--output', 'json'];

    const planned = await run([...apply, '--dry-run']);
    const applied = await run(apply);
    const again = await run(apply);

    expect(planned.stderr).toBe('');
    expect(json(planned.stdout)).toMatchObject({ dryRun: true });
    const { changes } = json(applied.stdout) as { changes: readonly { action: string; resource: string }[] };
    expect(changes).toContainEqual({ action: 'create', resource: 'projects/shop/flags/new-checkout', fields: [] });
    const repeated = json(again.stdout) as { changes: readonly { action: string }[] };
    expect(new Set(repeated.changes.map(({ action }) => action))).toEqual(new Set(['none']));
  }, 60_000);

  it('exports what apply takes back unchanged, from standard input', async () => {
    const exported = await run(['export', '--data-dir', dataDirectory]);
    const applied = await run(['apply', '-f', '-', '--data-dir', dataDirectory], { input: exported.stdout });

    expect(exported.stdout).toContain('new-checkout');
    expect([applied.code, applied.stderr]).toEqual([0, '']);
    expect(applied.stdout).toContain('0 changed');
  }, 60_000);

  it('explains the decision that a unit gets', async () => {
    const { stdout } = await run([
      'explain',
      'new-checkout',
      '--unit',
      'user-1',
      '--data-dir',
      dataDirectory,
      '--output',
      'json',
    ]);
    const text = await run(['explain', 'new-checkout', '--unit', 'user-1', '--data-dir', dataDirectory]);

    expect(json(stdout)).toMatchObject({ flag: 'new-checkout', reason: 'SPLIT', rule: 'experiment', errorCode: null });
    expect(text.stdout).toContain('unit targetingKey = "user-1"');
    expect(text.stdout).toContain('bucket');
  }, 60_000);

  it('explains with a server key, from the environment variables alone', async () => {
    const env = { SORTITION_ADDRESS: platform.ready.grpc, SORTITION_API_KEY: platform.ready.keys.server };

    const found = await run(['explain', 'new-checkout', '--context', '{"targetingKey":"a"}', '--output', 'json'], {
      env,
    });
    const absent = await run(['explain', 'absent', '--unit', 'a', '--output', 'json'], { env });

    expect([found.code, found.stderr]).toEqual([0, '']);
    expect([absent.code, absent.stdout]).toEqual([1, '']);
    expect(absent.stderr).toContain('[FLAG_NOT_FOUND]');
  }, 60_000);

  it('computes results, keeps them and shows them again', async () => {
    const missing = await run(['results', 'checkout', '--data-dir', dataDirectory]);
    const computed = await run(['results', 'checkout', '--compute', '--data-dir', dataDirectory, '--output', 'json']);
    const kept = await run(['results', 'checkout', '--data-dir', dataDirectory, '--output', 'json']);

    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('--compute');
    expect(json(computed.stdout)).toMatchObject({ experiment: 'projects/shop/experiments/checkout', phase: 1 });
    expect(json(kept.stdout)).toEqual(json(computed.stdout));
  }, 60_000);

  it.each([
    [['--address', '127.0.0.1:1'], 'No platform answers at 127.0.0.1:1: start one with "sortition start"'],
    [['--key', 'nonsense'], '[MALFORMED_API_KEY]'],
    [['--project', 'nowhere'], '"projects/nowhere"'],
    [['--address', 'ftp://x'], 'The address "ftp://x" is malformed'],
  ])(
    'says in one line what is wrong with %j',
    async (options, message) => {
      const { code, stdout, stderr } = await run(['export', '--data-dir', dataDirectory, ...options]);

      expect(code).toBeGreaterThan(0);
      expect(stdout).toBe('');
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toContain(message);
    },
    60_000,
  );

  it('names the field of a declaration that is wrong', async () => {
    const input = DECLARATION.replace('type: boolean', 'type: bool');

    const { code, stderr } = await run(['apply', '-f', '-', '--data-dir', dataDirectory], { input });

    expect(code).toBe(1);
    expect(stderr).toContain('flags[0].type');
  }, 60_000);

  it('puts each of several problems on a line of its own', async () => {
    const input = JSON.stringify({
      version: 1,
      flags: [{ key: 'a', type: 'bool' }, { key: 'B\u001b[2J', type: 'boolean', variants: { on: true } }, { key: 'c' }],
    });

    const { code, stderr } = await run(['apply', '-f', '-', '--data-dir', dataDirectory], { input });

    expect(code).toBe(1);
    const [first = '', ...more] = stderr.trimEnd().split('\n');
    expect(first).toMatch(/^sortition: flags\[\d\].* \(and \d+ more\)\. \[INVALID_CONFIGURATION\]$/);
    expect(more.length).toBeGreaterThan(2);
    for (const line of more) expect(line).toMatch(/^ {2}flags\[\d\]\S* /);
    expect(stderr).toContain(String.raw`"B\u001b[2J"`);
    expect(stderr).not.toContain('\u001b');
  }, 60_000);

  it('names the line of a file that is no YAML', async () => {
    const { code, stderr } = await run(['apply', '-f', '-', '--data-dir', dataDirectory], {
      input: 'version: 1\nflags: [',
    });

    expect(code).toBe(1);
    expect(stderr).toMatch(/can not be read: .* line 2/);
  }, 60_000);

  it('publishes the JSON Schema of a declaration', async () => {
    const { code, stdout } = await run(['apply', '--schema']);

    expect(code).toBe(0);
    expect(json(stdout)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
  }, 60_000);
});

describe('stopping and starting again', () => {
  it('ends in order, then shows the same keys and a snippet that works as pasted', async () => {
    const code = await platform.end('SIGTERM');
    const again = await startForPerson(dataDirectory);
    const shown = again.stdout();
    const lines = shown.split('\n');
    const first = lines.findIndex((line) => line.startsWith('import '));
    const pasted = await runModule(lines.slice(first, first + 5).join('\n'));
    const interrupted = await again.end('SIGINT');

    expect([code, interrupted]).toEqual([0, 0]);
    for (const key of Object.values(platform.ready.keys)) expect(shown).toContain(key);
    expect(pasted).toEqual({ code: 0, stdout: 'true\n' });
  }, 120_000);
});

/** Runs the text as a module of an application that has the two packages. */
async function runModule(text: string): Promise<{ readonly code: number | null; readonly stdout: string }> {
  const child = spawn(process.execPath, ['--input-type=module'], { cwd: join(ROOT, 'apps/cli'), stdio: 'pipe' });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stdin.end(text);
  await once(child, 'close');
  return { code: child.exitCode, stdout };
}
