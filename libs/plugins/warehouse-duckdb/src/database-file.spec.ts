import { chmod, mkdtemp, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Warehouse } from '@sortition/plugin-sdk';
import { eventRow } from '@sortition/plugin-sdk/testing';

import { openDuckDbWarehouse } from './open-duckdb-warehouse.js';

describe('the file of a DuckDB warehouse', () => {
  let directory: string;
  let path: string;
  const opened: Warehouse[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sortition-duckdb-'));
    path = join(directory, 'warehouse.duckdb');
  });

  afterEach(async () => {
    for (const warehouse of opened.splice(0)) await warehouse.close();
    await rm(directory, { recursive: true, force: true });
  });

  const openIt = async (): Promise<Warehouse> => {
    const warehouse = await openDuckDbWarehouse({ path, threads: 1 });
    opened.push(warehouse);
    return warehouse;
  };
  const filled = async (rows = 3): Promise<Warehouse> => {
    const warehouse = await openIt();
    await warehouse.prepare();
    const events = Array.from({ length: rows }, (_, number) => eventRow(number));
    await warehouse.load({ source: 'log', offset: rows, exposures: [], events });
    return warehouse;
  };
  const rowsOf = async (warehouse: Warehouse): Promise<unknown> =>
    (await warehouse.query('SELECT count(*) AS n FROM events', []))[0]?.['n'];

  it.each([
    ['is empty', () => writeFile(path, '')],
    ['is of another kind', () => writeFile(path, 'x'.repeat(100_000))],
    [
      'is cut short',
      async () => {
        await (await filled(3_000)).close();
        await truncate(path, 100_000);
      },
    ],
  ])('is refused with advice when it %s, and left as it is', async (_name, damage) => {
    await damage();
    const before = await readFile(path);

    await expect(openIt()).rejects.toMatchObject({
      code: 'INVALID_STATE',
      message: expect.stringMatching(/warehouse\.duckdb" is empty, damaged or no DuckDB file .*Move the file.* aside/),
    });

    await expect(readFile(path)).resolves.toEqual(before);
  });

  it('says what to do when a damaged part of it is read', async () => {
    const warehouse = await filled(20_000);
    await warehouse.compact();
    await warehouse.close();
    const file = await open(path, 'r+');
    const { size } = await file.stat();
    const damage = Buffer.alloc(1_000, 'y');
    for (let at = 3 * 4_096 + 100_000; at < size; at += 262_144) await file.write(damage, 0, damage.length, at);
    await file.close();

    const reading = openIt().then((damaged) => damaged.query('SELECT sum(value), max(name) FROM events', []));

    await expect(reading).rejects.toMatchObject({ message: expect.stringMatching(/Move the file.* aside/) });
  });

  it('is opened anew when it was deleted: empty, and ready to be filled again', async () => {
    const warehouse = await filled();
    await rm(path);

    await expect(warehouse.offset('log')).resolves.toBe(0);

    await expect(rowsOf(warehouse)).resolves.toBe(0);
    await warehouse.load({ source: 'log', offset: 1, exposures: [], events: [eventRow(1)] });
    await expect(rowsOf(warehouse)).resolves.toBe(1);
    await warehouse.close();
    await expect(rowsOf(await openIt())).resolves.toBe(1);
  });

  it('takes no batch that continues what went with the deleted file', async () => {
    const warehouse = await filled();
    await rm(path);

    const next = { source: 'log', offset: 4, continues: 3, exposures: [], events: [eventRow(3)] };
    await expect(warehouse.load(next)).rejects.toMatchObject({ code: 'INVALID_STATE' });

    await expect(rowsOf(warehouse)).resolves.toBe(0);
  });

  it('is the one that took its place, as after a restore', async () => {
    const backup = join(directory, 'backup.duckdb');
    const warehouse = await filled();
    await warehouse.close();
    await rename(path, backup);
    const running = await filled(10);
    await rename(backup, path);

    await expect(rowsOf(running)).resolves.toBe(3);
    await expect(running.offset('log')).resolves.toBe(3);
  });

  it('is found again after something else lay in its place for a while', async () => {
    const warehouse = await filled();
    await rm(path);
    await writeFile(path, 'something else');

    await expect(warehouse.offset('log')).rejects.toMatchObject({ code: 'INVALID_STATE' });
    await expect(warehouse.offset('log')).rejects.toMatchObject({ code: 'INVALID_STATE' });
    await rm(path);

    await expect(warehouse.offset('log')).resolves.toBe(0);
  });

  it('belongs to its owner alone, with all that lies beside it, also when it did not before', async () => {
    const umask = process.umask(0o022);
    try {
      const warehouse = await filled();
      await warehouse.close();
      await chmod(path, 0o644);
      process.umask(0o077);

      await (await openIt()).load({ source: 'log', offset: 9, exposures: [], events: [eventRow(9)] });

      const files = await readdir(directory);
      const modes = await Promise.all(files.map(async (name) => (await stat(join(directory, name))).mode & 0o777));
      expect(files).toEqual(['warehouse.duckdb', 'warehouse.duckdb.wal']);
      expect(modes).toEqual([0o600, 0o600]);
    } finally {
      process.umask(umask);
    }
  });
});
