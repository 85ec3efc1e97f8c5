import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OpenFeature } from '@openfeature/server-sdk';
import { SortitionProvider } from '@sortition/openfeature-server';
import type { TargetingOperator } from '@sortition/plugin-sdk';

import { newDirectory } from './support/new-directory.js';
import { ROOT, run, start } from './support/sortition-process.js';
import type { Started } from './support/sortition-process.js';

let directory: string;
let platform: Started;
let dataDirectory: string;

beforeAll(async () => {
  directory = await newDirectory();
  dataDirectory = join(directory, 'data');
}, 120_000);

afterAll(async () => {
  await OpenFeature.close();
  await platform.end('SIGTERM');
  await rm(directory, { recursive: true, force: true });
}, 60_000);

const plugin = (): string => join(directory, 'office-hours');

describe('a plugin that its author has made a minute ago', () => {
  it('is made, builds and keeps the rules of its kind', async () => {
    const made = await run(['plugin', 'new', 'office-hours'], { cwd: directory });
    // As its package manager would install what it depends on.
    const installed = join(plugin(), 'node_modules/@sortition/plugin-sdk');
    await mkdir(dirname(installed), { recursive: true });
    await symlink(join(ROOT, 'libs/plugin-sdk'), installed);
    const compiler = spawn(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc')], { cwd: plugin() });
    expect(await once(compiler, 'exit')).toEqual([0, null]);

    const tested = await run(['plugin', 'test', plugin()]);

    expect([made.code, tested.code, tested.stderr]).toEqual([0, 0, '']);
    expect(tested.stdout).toMatch(/^office-hours 0\.1\.0 opens and closes\. It adds 1 targeting operator\.$/m);
    expect(tested.stdout.match(/^ {2}ok /gm)).toHaveLength(7);
  }, 60_000);

  it('fails its test as soon as an example says otherwise', async () => {
    const built = join(plugin(), 'dist/index.js');
    const right = await readFile(built, 'utf8');
    await writeFile(
      built,
      right.replace('context: { hour: 17 }, matches: false', 'context: { hour: 16 }, matches: false'),
    );

    const tested = await run(['plugin', 'test', plugin()]);

    expect([tested.code, tested.stderr]).toEqual([1, 'sortition: 1 check failed. [INVALID_STATE]\n']);
    expect(tested.stdout).toContain(
      'FAILED  decides its examples as they say: example 2: it says false and the operator true',
    );
    await writeFile(built, right);
  }, 60_000);

  it('decides in the platform, over OFREP, in explain and in process, the same everywhere', async () => {
    const plugins = join(directory, 'plugins.json');
    await writeFile(plugins, JSON.stringify({ plugins: ['./office-hours'] }));
    platform = await start(dataDirectory, { grpc: 0, http: 0 }, { SORTITION_PLUGINS: plugins });
    const { http, grpc, keys } = platform.ready;
    const condition = { operator: 'officeHours.matches', arguments: { from: 9, to: 17 } };
    const flag = {
      key: 'support-chat',
      type: 'boolean',
      variants: { off: false, on: true },
      environments: {
        production: {
          enabled: true,
          defaultVariant: 'off',
          rules: [{ key: 'open', condition, variant: 'on' }],
        },
      },
    };
    const file = join(directory, 'flags.json');
    await writeFile(file, JSON.stringify({ version: 1, flags: [flag] }));

    const applied = await run(['apply', '-f', file, '--data-dir', dataDirectory]);
    const module = (await import(pathToFileURL(join(plugin(), 'dist/index.js')).href)) as {
      officeHours: TargetingOperator;
    };
    const withOperator = new SortitionProvider({
      address: grpc,
      apiKey: keys.server,
      operators: [module.officeHours],
    });
    const without = new SortitionProvider({ address: grpc, apiKey: keys.server });
    await OpenFeature.setProviderAndWait('with', withOperator);
    await OpenFeature.setProviderAndWait('without', without);

    expect([applied.code, applied.stderr]).toEqual([0, '']);
    for (const [hour, expected] of [
      [9, true],
      [17, false],
    ] as const) {
      const context = { targetingKey: 'u', hour };
      const response = await fetch(`${http}/ofrep/v1/evaluate/flags/support-chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${keys.server}` },
        body: JSON.stringify({ context }),
        signal: AbortSignal.timeout(20_000),
      });
      const answer: unknown = await response.json();
      const inProcess = await OpenFeature.getClient('with').getBooleanDetails('support-chat', !expected, context);
      const remote = await OpenFeature.getClient('without').getBooleanDetails('support-chat', !expected, context);
      const explained = await run([
        'explain',
        'support-chat',
        '--unit',
        'u',
        '--context',
        JSON.stringify({ hour }),
        '--data-dir',
        dataDirectory,
      ]);

      expect(answer).toMatchObject({ value: expected });
      expect(inProcess.value).toBe(expected);
      expect(inProcess.flagMetadata).not.toHaveProperty('evaluatedBy');
      expect(remote).toMatchObject({ value: expected, flagMetadata: { evaluatedBy: 'remote' } });
      expect(explained.stdout).toContain(`support-chat: ${expected}`);
    }
  }, 120_000);

  it('is listed beside those that come with the platform', async () => {
    const { stdout } = await run(['plugin', 'list', '--data-dir', dataDirectory]);

    expect(stdout).toMatch(/^NAME +VERSION +FROM +ADDS +HEALTH$/m);
    expect(stdout).toMatch(/^@sortition\/warehouse-duckdb +0\.1\.0 +built in +duckdb: +ok$/m);
    expect(stdout).toMatch(/^office-hours +0\.1\.0 +plugins file +officeHours\.matches +ok$/m);
  }, 30_000);
});

describe('a start', () => {
  it('ends with one line when a plugin is not there, or no plugin knows the scheme of the warehouse', async () => {
    const plugins = join(directory, 'wrong.json');
    await writeFile(plugins, JSON.stringify({ plugins: ['@acme/none'] }));
    const none = await run(['start', '--data-dir', join(directory, 'none'), '--plugins', plugins]);
    const bigquery = await run(['start', '--data-dir', join(directory, 'none')], {
      env: { SORTITION_WAREHOUSE: 'bigquery://user:hidden@host/set' },
    });

    expect(none).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/"@acme\/none" .*npm install @acme\/none\. \[INVALID_STATE\]\n$/),
    });
    expect(bigquery).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/a warehouse of "bigquery:"; those that are known are duckdb:, postgres:/),
    });
    expect(bigquery.stderr).not.toContain('hidden');
  }, 120_000);
});
