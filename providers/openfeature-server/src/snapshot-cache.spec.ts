import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { SnapshotCache } from './snapshot-cache.js';
import { readBounded } from './snapshot-file.js';
import type { KeptSnapshot } from './snapshot-holder.js';
import { SortitionProvider } from './sortition-provider.js';
import { ScriptedPlatform } from './testing/scripted-platform.js';
import { shopSnapshot } from './testing/shop-flags.js';

const STATE: KeptSnapshot = {
  json: Buffer.from('{"project":"shop","environment":"production","flags":["express"]}'),
  contentHash: 'hash',
  environment: 'shop/production',
};
const isRoot = process.getuid?.() === 0;

let directory: string;
let warnings: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sortition-cache-'));
  warnings = [];
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

function cacheOf({ cacheDirectory = directory, apiKey = 'key', target = 'host:1' } = {}): SnapshotCache {
  return new SnapshotCache({ cacheDirectory, apiKey, target }, (message) => warnings.push(message));
}

/** Reads as a new process would. */
async function read(cache = cacheOf()): Promise<KeptSnapshot | undefined> {
  let state: KeptSnapshot | undefined;
  await cache.readInto((found) => {
    state = found;
  });
  return state;
}

async function keep(cache = cacheOf(), state = STATE): Promise<string> {
  const before = new Set(await readdir(directory));
  cache.keepFull(state);
  await cache.close();
  const name = (await readdir(directory)).find((each) => !before.has(each)) ?? [...before][0] ?? '';
  return join(directory, name);
}

describe('the file of the last known good state', () => {
  it('gives back what was kept', async () => {
    await keep();

    await expect(read()).resolves.toEqual(STATE);
    expect(warnings).toEqual([]);
  });

  it('is missing at the first start, which is not worth a word', async () => {
    await expect(read()).resolves.toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it.each([
    ['was cut', (file: Buffer) => file.subarray(0, file.length - 10), /damaged or changed/],
    ['was changed', (file: Buffer) => Buffer.from(file.toString().replace('express', 'changed')), /damaged or changed/],
    ['was changed in its first line', (file: Buffer) => replaced(file, '"hash"', '"other"'), /damaged or changed/],
    ['is of another environment', (file: Buffer) => replaced(file, 'shop/production', 'shop/staging'), /changed/],
    ['is of another format', (file: Buffer) => replaced(file, '"format":2', '"format":1'), /another format/],
    ['is empty', () => Buffer.alloc(0), /does not begin like a kept snapshot/],
    ['is something else', () => Buffer.from('{}\n{}'), /another format/],
    ['is no text', () => Buffer.from([0xff, 0x0a, 0xfe]), /does not begin like a kept snapshot/],
    ['has a checksum that is none', (file: Buffer) => replaced(file, /"mac":"\w+"/, '"mac":7'), /damaged or changed/],
  ])('is not used when it %s, and the reason is told', async (_case, damage, reason) => {
    const path = await keep();
    await writeFile(path, damage(await readFile(path)));

    await expect(read()).resolves.toBeUndefined();

    expect(warnings).toEqual([expect.stringMatching(reason)]);
    expect(warnings[0]).toContain(path);
  });

  it.each([
    ['another API key', { apiKey: 'other' }],
    ['another address', { target: 'host:2' }],
  ])('is not used when it was kept for %s', async (_case, other) => {
    const own = await keep();
    const foreign = await keep(cacheOf(other));
    await writeFile(own, await readFile(foreign));

    await expect(read()).resolves.toBeUndefined();

    expect(warnings).toEqual([expect.stringMatching(/kept for another address or API key/)]);
  });

  it('cannot be forged by who does not know the API key', async () => {
    const path = await keep();
    const [line = ''] = (await readFile(path, 'utf8')).split('\n');
    await keep(cacheOf({ apiKey: 'other' }));
    await writeFile(path, `${line}\n{"project":"shop","environment":"production","flags":["forged"]}`);

    await expect(read()).resolves.toBeUndefined();
  });

  it('is not used when what it holds cannot be taken', async () => {
    await keep();
    const cache = cacheOf();

    const hasTaken = await cache.readInto(() => {
      throw new Error('it is too new');
    });

    expect(hasTaken).toBe(false);
    expect(warnings).toEqual([expect.stringMatching(/it is too new/)]);
  });

  it('is left alone when it is a directory or a device', async () => {
    const path = await keep();
    await rm(path);
    await mkdir(path);
    await read();
    await rm(path, { recursive: true });
    await symlink('/dev/zero', path);
    await read();

    expect(warnings).toEqual(Array(2).fill(expect.stringMatching(/it is no regular file/)));
  });

  it('is replaced when it is a pipe that nobody writes to, which holds up no start', async () => {
    const platform = await ScriptedPlatform.start(shopSnapshot());
    const provider = new SortitionProvider({ address: platform.address, apiKey: 'key', cacheDirectory: directory });
    await provider.initialize();
    await provider.onClose();
    const [name = ''] = await readdir(directory);
    await rm(join(directory, name));
    await promisify(execFile)('mkfifo', [join(directory, name)]);
    const unused = await read(cacheOf({ target: platform.address }));

    await provider.initialize();
    await provider.onClose();
    await platform.stop();
    const replacing = await read(cacheOf({ target: platform.address }));

    expect(unused).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/it is no regular file/)]);
    expect(replacing).toMatchObject({ environment: 'shop/production' });
  });

  it('that may not be read is told of', async () => {
    if (isRoot) return;
    await chmod(await keep(), 0);

    await read();

    expect(warnings).toEqual([expect.stringMatching(/EACCES/)]);
  });

  it('is given up when it cannot be read in time', async () => {
    const path = await keep();
    await truncate(path, 64 * 1024 * 1024);

    await expect(readBounded(path, 1)).rejects.toThrow('it could not be read within 1 ms');
  });

  it('that cannot be written is told of once, beside that it cannot be read', async () => {
    const blocked = join(directory, 'file');
    await writeFile(blocked, '');
    const cache = cacheOf({ cacheDirectory: join(blocked, 'below') });
    await read(cache);
    await read(cache);

    for (const content of ['{"a":1}', '{"a":2}']) {
      cache.keepFull({ ...STATE, json: Buffer.from(content) });
      await cache.close();
    }

    expect(warnings).toEqual([
      expect.stringMatching(/is not used: ENOTDIR/),
      expect.stringMatching(/could not be kept in .*below: /),
    ]);
  });
});

function replaced(file: Buffer, what: string | RegExp, by: string): Buffer {
  return Buffer.from(file.toString().replace(what, by));
}
