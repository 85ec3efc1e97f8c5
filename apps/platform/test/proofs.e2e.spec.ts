import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('../proofs/run.mjs', import.meta.url));
const TIMEOUT_MS = 180_000;

/** The long forms are `npm run proof -w apps/platform -- <name>`. They run the built code, like whoever deploys it. */
async function prove(...parameters: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [SCRIPT, ...parameters], { timeout: TIMEOUT_MS - 5_000 });
  return stdout;
}

describe('the proofs, in short', () => {
  it(
    'find every acknowledged id in the warehouse once after kills',
    async () => {
      await expect(prove('crash', '--rounds', '2', '--seed', '3')).resolves.toMatch(/are the ids in the warehouse/);
    },
    TIMEOUT_MS,
  );

  it(
    'find the same warehouse however the events arrived',
    async () => {
      await expect(prove('arrival', '--events', '1000')).resolves.toMatch(/hold the same rows/);
    },
    TIMEOUT_MS,
  );

  it(
    'find clean refusals and a recovery when the database goes or its disk is full',
    async () => {
      await expect(prove('outage', '--rounds', '1')).resolves.toMatch(/events are acknowledged again/);
    },
    TIMEOUT_MS,
  );

  it(
    'find what was taken after a restore in the warehouse, and a deleted warehouse filled again',
    async () => {
      const lines = await prove('restore', '--rounds', '1');

      expect(lines).toMatch(/events that the log held, each once/);
      expect(lines).toMatch(/that it had loaded or that were acknowledged since, each once/);
    },
    TIMEOUT_MS,
  );

  it(
    'find a tenant served as ever beside one that is refused nearly everything it sends',
    async () => {
      await expect(prove('neighbour', '--rounds', '1', '--untimed')).resolves.toMatch(/p99 beside it/);
    },
    TIMEOUT_MS,
  );

  it(
    'find one stream for all tabs, and every event of a page that ends, in Chromium',
    async () => {
      await expect(prove('browser', '--untimed')).resolves.toMatch(/SKIPPED|sent its events by beacon/);
    },
    TIMEOUT_MS,
  );
});
