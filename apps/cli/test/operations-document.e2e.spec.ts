import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { newDirectory } from './support/new-directory.js';
import { COMMAND, ROOT, start, type Started } from './support/sortition-process.js';

const shell = promisify(execFile);

let text: string;
let directory: string;
let platform: Started;

beforeAll(async () => {
  text = await readFile(join(ROOT, 'apps/platform/docs/operations.md'), 'utf8');
  directory = await newDirectory();
  platform = await start(join(directory, '.sortition'));
}, 120_000);

afterAll(async () => {
  await platform.end('SIGTERM');
  await rm(directory, { recursive: true, force: true });
}, 60_000);

/** Runs the block of commands that begins with the text, with the given words in place of those of the page. */
async function follow(beginning: string, replaced: Readonly<Record<string, string>> = {}): Promise<string> {
  const block = [...text.matchAll(/```sh\n(.*?)```/gs)].find(([, commands]) => commands?.startsWith(beginning))?.[1];
  if (block === undefined) throw new Error(`The page has no commands that begin with "${beginning}".`);
  const commands = Object.entries(replaced).reduce((all, [word, other]) => all.replaceAll(word, other), block);
  const { SORTITION_API_KEY: _, ...env } = process.env;
  const script = `sortition() { "${process.execPath}" "${COMMAND}" "$@"; }\n${commands}`;
  const { stdout } = await shell('bash', ['-euc', script], { cwd: directory, env });
  return stdout;
}

describe('the page on operations', () => {
  const keys = (): Readonly<Record<string, string>> => ({
    '127.0.0.1:7800': platform.ready.grpc,
    'sor_admin_...': platform.ready.keys.admin,
  });

  it('has commands that make, list, rotate and revoke keys', async () => {
    const made = await follow('export SORTITION_ADDRESS', keys());
    const selector = /apiKeys\/(\w+), a key of kind server/.exec(made)?.[1] ?? '';
    const rotated = await follow('sortition keys rotate', { '1f9c07a4b2de': selector });
    const listed = await follow('export SORTITION_ADDRESS', keys());

    expect(made).toContain('sor_server_');
    expect(rotated).toMatch(/Created apiKeys\/\w+, a key of kind server/);
    expect(listed.split('\n').find((line) => line.includes(selector))).toMatch(/revoked/);
  });

  it('has commands that make a project and a tenant', async () => {
    const project = await follow('sortition projects create');
    const tenant = await follow('sortition organizations create');

    expect(project).toContain('a key of kind server for projects/two/environments/production');
    expect(tenant).toMatch(/Created organizations\/acme\.[^]*organizations\/starter[^]*a key of kind operator/);
  });

  it('has a command that deletes what is kept of a person', async () => {
    expect(await follow('sortition erase-unit')).toMatch(
      /^event log +0 erased, 0 left\n[^]*warehouse +0 erased, 0 left/,
    );
  });

  it('has commands that back an embedded platform up and restore it', async () => {
    await platform.end('SIGTERM');
    await follow('tar -czf');
    platform = await start(join(directory, '.sortition'));

    // The key that the restored directory holds is good in the restored database.
    expect(await follow('sortition erase-unit')).toContain('event log');
  });
});
