import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { newDirectory } from './support/new-directory.js';
import { run, start } from './support/sortition-process.js';
import type { Finished, Started } from './support/sortition-process.js';

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

const sortition = (...words: readonly string[]): Promise<Finished> => run([...words, '--data-dir', dataDirectory]);

async function json(...words: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await sortition(...words, '--output', 'json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** The commands that a text for people tells to run, without `sortition`. */
function commandsIn(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('  sortition '))
    .map((line) => line.trim().split(' ').slice(1));
}

describe('a new project', () => {
  it('is told of by apply, and the commands that it and each next one name lead to an evaluated flag', async () => {
    const file = join(directory, 'experiment.yaml');
    const flag = { key: 'banner', type: 'boolean', variants: { off: false, on: true } };
    const environments = { production: { enabled: true, defaultVariant: 'on' } };
    await writeFile(file, JSON.stringify({ version: 1, flags: [{ ...flag, environments }] }));
    const missing = await sortition('apply', '-f', file, '--project', 'two');
    const advised = /"sortition (projects create two)"/.exec(missing.stderr)?.[1]?.split(' ') ?? [];

    const created = await sortition(...advised);
    const [environment = [], key = [], apply = []] = commandsIn(created.stdout);
    const made = await sortition(...environment);
    const [again = []] = commandsIn(made.stdout);
    const { credential } = await json(...key);
    const applied = await sortition(...apply.map((word) => (word === 'experiment.yaml' ? file : word)));
    const explained = await run([
      'explain',
      'banner',
      '--unit',
      'u',
      '--address',
      platform.ready.grpc,
      '--key',
      String(credential),
    ]);

    expect(missing.code).toBe(1);
    expect(missing.stderr.trim().split('\n')).toHaveLength(1);
    expect([created.code, made.code, applied.code, explained.code]).toEqual([0, 0, 0, 0]);
    expect(again).toEqual(key);
    expect(explained.stdout).toContain('banner: true (variant "on")');
  }, 120_000);

  it('and its environments are listed', async () => {
    const projects = await json('projects', 'list');
    const environments = await sortition('environments', 'list', '--project', 'two');

    expect(projects).toMatchObject({ projects: [{ name: 'projects/shop' }, { name: 'projects/two' }] });
    expect(environments.stdout).toMatch(
      /^NAME +CREATED +REVISION +DISPLAY NAME\nprojects\/two\/environments\/production +\d{4}/,
    );
  }, 60_000);
});

describe('keys', () => {
  const list = async (): Promise<readonly { name: string; kind: string; revokeTime: string | null }[]> =>
    (await json('keys', 'list'))['keys'] as { name: string; kind: string; revokeTime: string | null }[];

  it('are rotated: the new one works beside the old one until that is revoked', async () => {
    const first = await json('keys', 'create', '--kind', 'admin', '--name', 'ci');
    const second = await json('keys', 'rotate', String(first['name']));
    const revoked = await sortition('keys', 'revoke', String(first['credential']));
    const third = await json('keys', 'rotate', String(second['name']), '--revoke-old');

    expect(second).toMatchObject({ kind: 'admin', displayName: 'ci', old: { name: first['name'], isRevoked: false } });
    expect(revoked.stdout).toMatch(/^Revoked apiKeys\/[0-9a-f]{12} at /);
    expect(third).toMatchObject({ old: { name: second['name'], isRevoked: true } });
    const states = new Map((await list()).map(({ name, revokeTime }) => [name, revokeTime === null]));
    expect([first, second, third].map(({ name }) => states.get(String(name)))).toEqual([false, false, true]);
  }, 120_000);

  it('are listed without a secret, and shown once when created', async () => {
    const created = await sortition('keys', 'create', '--kind', 'client', '--expires', '2099-01-01');
    const listed = await sortition('keys', 'list');

    const credential = /sor_client_[0-9a-f]{12}_([\w-]{43})/.exec(created.stdout);
    expect(created.stdout).toContain('for projects/shop/environments/production, until 2099-01-01');
    expect(listed.stdout).toContain('valid until 2099-01-01');
    expect(listed.stdout).not.toContain(credential?.[1]);
  }, 60_000);

  it.each([
    [['keys', 'revoke', 'nonsense'], 2, 'A key is named as apiKeys/'],
    [['keys', 'rotate', 'apiKeys/000000000000'], 1, 'There is no key "apiKeys/000000000000"'],
    [['keys', 'create', '--kind', 'admin', '--environment', 'production'], 2, 'belongs to no environment'],
    [['keys', 'create', '--environment', 'nowhere'], 1, 'projects/shop/environments/nowhere'],
    [['keys', 'create', '--expires', 'soon'], 2, 'It must be a time such as'],
    [['keys', 'create', '--project', 'nowhere'], 1, 'nowhere'],
    [['projects', 'create', 'shop'], 1, '[ALREADY_EXISTS]'],
  ])(
    'are refused: %j',
    async (words, code, message) => {
      const failed = await sortition(...words);

      expect([failed.code, failed.stdout]).toEqual([code, '']);
      expect(failed.stderr).toContain(message);
    },
    60_000,
  );
});

describe('organizations', () => {
  it("are created with the operator's token, and begin with a key of their own", async () => {
    const created = await json('organizations', 'create', 'acme', '--name', 'Acme Ltd');
    const key = (created['key'] as { credential: string }).credential;
    const project = await sortition('projects', 'create', 'shop', '--key', key);
    const listed = await sortition('organizations', 'list', '--key', platform.ready.operatorToken);
    const further = await json('organizations', 'create-key', 'acme', '--name', 'again');

    expect([project.code, project.stderr]).toEqual([0, '']);
    expect(listed.stdout.split('\n').slice(1, 3).join()).toMatch(
      /^organizations\/acme .* Acme Ltd,organizations\/starter /,
    );
    expect(further).toMatchObject({ kind: 'admin', displayName: 'again' });
  }, 120_000);

  it('are nothing for the key of a tenant', async () => {
    const { code, stderr } = await sortition('organizations', 'list', '--key', platform.ready.keys.admin);

    expect(code).toBe(1);
    expect(stderr).toContain('[PERMISSION_DENIED]');
  }, 60_000);

  it.each(['keys', 'projects', 'environments', 'organizations'])('%s teach by examples', async (name) => {
    const { code, stdout } = await run([name, 'create', '--help']);

    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
  });
});
