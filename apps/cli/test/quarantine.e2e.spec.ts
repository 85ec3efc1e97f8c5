import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { newDirectory } from './support/new-directory.js';
import { run, start } from './support/sortition-process.js';
import type { Finished, Started } from './support/sortition-process.js';

const MAX_ATTEMPTS = 60;

/** Clears the screen, rings, colours, turns round, and begins a line of its own. */
const HOSTILE = 'a\u001b[2J\u0007\u009b31m\u202egnp\r\nok';

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

const sortition = (words: readonly string[], input?: string): Promise<Finished> =>
  run([...words, '--data-dir', dataDirectory, '--output', 'json'], input === undefined ? {} : { input });

const declare = (amount: unknown): Promise<Finished> => {
  const definition = { key: 'purchase', schema: { properties: { amount: { type: amount } } } };
  return sortition(['apply', '-f', '-'], JSON.stringify({ version: 1, eventDefinitions: [definition] }));
};

describe('sortition quarantine', () => {
  it('lists events against a declared definition and replays them once it is fixed', async () => {
    await expect(declare('number')).resolves.toMatchObject({ code: 0 });
    const tracked = { name: 'purchase', units: { targetingKey: 'u' }, properties: { amount: '12' } };
    const event = { id: '0190a000-0000-7000-8000-000000000001', time: new Date().toISOString(), tracked };
    const response = await fetch(`${platform.ready.http}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${platform.ready.keys.server}` },
      body: JSON.stringify({ events: [event] }),
    });
    expect(response.status).toBe(200);

    const listed = await listedEvents();
    const fixed = await declare(['number', 'string']);
    const replayed = await sortition(['quarantine', 'replay', '--event', 'purchase']);
    const left = await run(['quarantine', 'list', '--data-dir', dataDirectory]);

    expect(listed).toMatchObject([{ id: event.id, reason: 'INVALID_PROPERTIES', definitionVersion: 1 }]);
    expect(fixed.code).toBe(0);
    expect(JSON.parse(replayed.stdout)).toEqual({ replayed: 1, failed: 0 });
    expect(left.stdout).toBe('No quarantined events.\n');
  }, 180_000);

  it("shows what a public key sent without acting on the reader's terminal", async () => {
    const policy = { version: 1, eventPolicy: { undefinedEvents: 'quarantine' } };
    await expect(sortition(['apply', '-f', '-'], JSON.stringify(policy))).resolves.toMatchObject({ code: 0 });
    const tracked = { name: HOSTILE, units: { targetingKey: HOSTILE }, properties: { [HOSTILE]: HOSTILE } };
    const event = { id: '0190a000-0000-7000-8000-000000000002', time: new Date().toISOString(), tracked };
    const response = await fetch(`${platform.ready.http}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${platform.ready.keys.client}` },
      body: JSON.stringify({ events: [event] }),
    });
    expect(response.status).toBe(200);

    const listed = await listedEvents();
    const text = await run(['quarantine', 'list', '--data-dir', dataDirectory]);
    const json = await sortition(['quarantine', 'list']);

    expect(listed).toMatchObject([{ event: HOSTILE, units: { targetingKey: HOSTILE } }]);
    expect(text.stdout).toContain(String.raw`\u001b[2J\u0007\u009b31m\u202egnp\r\nok`);
    expect(text.stdout.trimEnd().split('\n')).toHaveLength(1);
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(text.stdout + json.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  }, 180_000);

  it('names the command when it is called wrongly', async () => {
    const { code, stderr } = await run(['quarantine', 'list', '--since', 'yesterday']);

    expect(code).toBe(2);
    expect(stderr).toContain('sortition quarantine list --help');
  });
});

/** Asks until the loader has judged the event. */
async function listedEvents(): Promise<readonly unknown[]> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const { stdout } = await sortition(['quarantine', 'list']);
    const { events } = JSON.parse(stdout) as { readonly events: readonly unknown[] };
    if (events.length > 0) return events;
  }
  return [];
}
