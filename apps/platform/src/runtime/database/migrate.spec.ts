import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MIGRATIONS } from '@sortition/migrations';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { DataSource } from 'typeorm';

import { migrate } from './migrate.js';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startTestPostgres();
});

afterAll(() => postgres.stop());

const tablesOf = async (source: DataSource): Promise<unknown> =>
  source.query(
    `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'S') AND relname NOT LIKE 'migrations%' ORDER BY 1`,
  );

describe('migrations', () => {
  it('run up, all the way down and up again', async () => {
    const url = await postgres.createDatabase();
    await migrate(url);
    const source = new DataSource({
      type: 'postgres',
      url,
      migrations: [...MIGRATIONS],
      migrationsTransactionMode: 'each',
    });
    await source.initialize();
    const before = await tablesOf(source);

    for (const _migration of MIGRATIONS) await source.undoLastMigration({ transaction: 'each' });
    const empty = await tablesOf(source);
    await source.runMigrations();

    expect(empty).toEqual([]);
    expect(await tablesOf(source)).toEqual(before);
    await source.destroy();
  });

  it('wait for each other when several processes start at once', async () => {
    const url = await postgres.createDatabase();

    const ran = await Promise.all([migrate(url), migrate(url), migrate(url)]);

    expect(ran.map((names) => names.length).sort((a, b) => a - b)).toEqual([0, 0, MIGRATIONS.length]);
  });

  it('say that the database cannot be reached', async () => {
    await expect(migrate('postgres://nobody@127.0.0.1:1/nothing')).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
  });
});
