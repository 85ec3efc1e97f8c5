import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';

import { runPlatform, type RunningPlatform } from './running-platform.js';

const run = promisify(execFile);
const DEADLINE_MS = 30_000;
const DOCUMENT = new URL('../docs/events.md', import.meta.url);

/** How the examples in a language are run, and the program that they need. */
const LANGUAGES = {
  sh: { program: 'bash', options: ['-euc'], needs: 'curl' },
  js: { program: process.execPath, options: ['--input-type=module', '-e'], needs: process.execPath },
  python: { program: 'python3', options: ['-c'], needs: 'python3' },
} as const;
type Language = keyof typeof LANGUAGES;

const text = await readFile(DOCUMENT, 'utf8');
const examples = [...text.matchAll(/^```(sh|js|python)\n(.*?)^```$/gms)]
  .map(([, language, code = '']) => ({ language: language as Language, code }))
  .filter(({ code }) => !code.startsWith('export'))
  .map(({ language, code }) => [language, code.includes('xposure') ? 'exposure' : 'tracked event', code] as const);

describe('the examples of docs/events.md, word for word', () => {
  let postgres: TestPostgres;
  let database: string;
  let running: RunningPlatform;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    database = await postgres.createDatabase();
    running = await runPlatform(database);
    const { starter, httpUrl } = running.platform;
    environment = { ...process.env, SORTITION_URL: httpUrl, SORTITION_KEY: starter.keys?.client ?? '' };
  });

  afterAll(async () => {
    await running.stop();
    await postgres.stop();
  });

  it('are two kinds in three languages each', () => {
    expect(examples.map(([language, kind]) => `${language}: ${kind}`).sort()).toEqual([
      'js: exposure',
      'js: tracked event',
      'python: exposure',
      'python: tracked event',
      'sh: exposure',
      'sh: tracked event',
    ]);
  });

  it.each(examples)('send what is accepted, in %s: %s', async (language, kind, code) => {
    const { program, options, needs } = LANGUAGES[language];
    if (spawnSync(needs, ['--version']).error) {
      console.warn(`skipped: there is no ${needs}`);
      return;
    }

    const { stdout } = await run(program, [...options, code], { env: environment, timeout: DEADLINE_MS });

    const [result] = (JSON.parse(stdout) as { readonly results: readonly { readonly id: string }[] }).results;
    expect(result).toEqual({ id: expect.any(String), status: 'EVENT_STATUS_ACCEPTED' });
    const client = new Client({ connectionString: database });
    await client.connect();
    const { rows } = await client.query('SELECT kind FROM event_log WHERE event_id = $1', [result?.id]);
    await client.end();
    expect(rows).toEqual([{ kind: kind === 'exposure' ? 'exposure' : 'tracked' }]);
  });
});
