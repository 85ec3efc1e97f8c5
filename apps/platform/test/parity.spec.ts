import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it } from '@jest/globals';

const command = fileURLToPath(new URL('./parity/run.mjs', import.meta.url));
const built = fileURLToPath(new URL('../dist/modules/assignment/testing/running-assignment.js', import.meta.url));

const WAYS = [
  'server provider, in process',
  'server provider, remote',
  'web provider',
  'OFREP',
  'flagd, remote',
  'flagd, in process',
];

describe('the short form of `npm run parity`', () => {
  const check = existsSync(built) ? it : it.skip;

  check(
    'gets the engine’s decisions in every way for random flags and contexts (skipped before `tsc -b`)',
    async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [command, '--contexts', '100', '--flags', '50']);

      for (const way of WAYS) expect(stdout).toMatch(new RegExp(`^${way}: \\d{3,} compared, 0 different`, 'm'));
      expect(stdout).toMatch(/^total: \d{5,} compared, 0 different$/m);
    },
    120_000,
  );
});
