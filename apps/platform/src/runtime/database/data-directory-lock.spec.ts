import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { lockDataDirectory } from './data-directory-lock.js';
import { lockBySocket } from './socket-lock.js';

let parent: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'sortition-lock-'));
});

afterEach(() => rm(parent, { recursive: true, force: true }));

describe.each([
  ['the lock of a data directory', async (path: string) => lockDataDirectory(path)],
  [
    'its part that needs no program',
    async (path: string) => {
      const release = await lockBySocket(path);
      if (typeof release === 'string') throw new Error(release);
      return release;
    },
  ],
])('%s', (_title, lock) => {
  it.each([
    ['short', 'data'],
    ['too long for a socket', 'd'.repeat(200)],
  ])('is held by one at a time, and can be taken once it is released (path %s)', async (_length, name) => {
    const path = join(parent, name);
    await mkdir(path);

    const release = await lock(path);
    await expect(lock(path)).rejects.toThrow(/Another running platform|taken/);
    await expect(lock(path)).rejects.toThrow(/Another running platform|taken/);
    await release();

    await (
      await lock(path)
    )();
  });
});

describe('the lock of a data directory', () => {
  it('names who holds it', async () => {
    const release = await lockDataDirectory(parent);

    await expect(lockDataDirectory(parent)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining(`(process ${String(process.pid)} on `),
    });
    await release();
  });
});
