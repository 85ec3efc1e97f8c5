import { exec } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(exec);

/** The commands of the inner loop that are quick, in the words of the page. */
const RUN = [
  'npx tsc -b',
  'npm run jest -- libs/kernel/src/rfc3339',
  'npx eslint --config .config/eslint.config.mjs libs/kernel/src',
];

let text: string;

beforeAll(async () => {
  text = await readFile(new URL('.github/CONTRIBUTING.md', `file://${ROOT}`), 'utf8');
});

/** What is in a section, up to the next of the same rank. */
function section(title: string): string {
  const found = new RegExp(`^## ${title}\n(.*?)(?=^## |$(?![^]))`, 'ms').exec(text)?.[1];
  if (found === undefined) throw new Error(`The page has no section "${title}".`);
  return found;
}

describe('the page for contributors', () => {
  it.each(RUN)('names a command of the inner loop that works: %s', async (command) => {
    expect(section('The inner loop')).toContain(`\`${command}\``);
    // Jest's own settings for the process that runs this test are not those of a terminal.
    const { NODE_OPTIONS: _, JEST_WORKER_ID: __, ...environment } = process.env;

    await expect(run(command, { cwd: ROOT, env: environment })).resolves.toBeDefined();
  });

  it('names files that exist where it says how to add something', () => {
    const named = [...section('How to add').matchAll(/`([\w/.-]+\.(?:ts|json|md))`/g)].map(([, name = '']) => name);

    expect(named.filter((name) => !existsSync(`${ROOT}${name}`))).toEqual([]);
    expect(named.length).toBeGreaterThan(8);
  });

  it('says what CI runs, and no more', async () => {
    const script = await readFile(new URL('.ci/run', `file://${ROOT}`), 'utf8');
    const steps = [...section('What CI checks').matchAll(/^\| `([^`]+)` \|/gm)].map(([, command = '']) => command);

    expect(steps.filter((command) => !script.includes(command))).toEqual([]);
    expect(steps).toContain('npm test');
  });
});
