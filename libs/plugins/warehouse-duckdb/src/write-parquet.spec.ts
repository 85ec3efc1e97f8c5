import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { WarehouseRow } from '@sortition/plugin-sdk';

import { type ParquetColumn, writeParquet } from './write-parquet.js';

const COLUMNS: readonly ParquetColumn[] = [
  { name: 'name', type: 'text' },
  { name: 'value', type: 'double' },
  { name: 'phase', type: 'integer' },
  { name: 'time', type: 'time', from: 'time_micros' },
  { name: 'units', type: 'map' },
];

describe('a Parquet file', () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), `sortition-parquet-it's-`));
    path = join(directory, 'events.parquet');
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  const readBack = async (sql: string): Promise<readonly unknown[]> => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(sql.replace('FILE', `'${path.replaceAll("'", "''")}'`));
    const rows = reader.getRowObjectsJson();
    connection.closeSync();
    instance.closeSync();
    return rows;
  };

  it('holds what was written', async () => {
    const units = JSON.stringify({ targetingKey: `Zoë "🙂"`, 'company.id': `o'7` });
    const row = { name: 'purchase', value: 0.1 + 0.2, phase: 3, time_micros: 1_780_000_000_123_457, units };

    await expect(writeParquet(path, COLUMNS, inBatches([[row], [], [{ ...row, value: null }]]))).resolves.toBe(2);

    const rows =
      await readBack(`SELECT name, value, phase, epoch_us(time)::VARCHAR AS micros, units['company.id'] AS company
      FROM FILE ORDER BY value`);
    expect(rows).toEqual([
      { name: 'purchase', value: 0.1 + 0.2, phase: '3', micros: '1780000000123457', company: `o'7` },
      { name: 'purchase', value: null, phase: '3', micros: '1780000000123457', company: `o'7` },
    ]);
  });

  it('is a file with columns when there are no rows, and alone in its directory', async () => {
    await expect(writeParquet(path, COLUMNS, inBatches([]))).resolves.toBe(0);

    await expect(readBack('SELECT count(name)::INTEGER AS n FROM FILE')).resolves.toEqual([{ n: 0 }]);
    await expect(readdir(directory)).resolves.toEqual(['events.parquet']);
  });

  it('leaves nothing behind when the rows end with a failure', async () => {
    const failing = async function* (): AsyncGenerator<readonly WarehouseRow[]> {
      yield [];
      throw new Error('the warehouse went away');
    };

    await expect(writeParquet(path, COLUMNS, failing())).rejects.toThrow('the warehouse went away');

    await expect(readdir(directory)).resolves.toEqual([]);
  });
});

async function* inBatches(batches: readonly (readonly WarehouseRow[])[]): AsyncGenerator<readonly WarehouseRow[]> {
  yield* batches;
}
