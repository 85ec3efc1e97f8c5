import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MIGRATIONS } from '@sortition/migrations';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';
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

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

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

  it('are refused by a version that does not know one that ran, which is named', async () => {
    const url = await postgres.createDatabase();
    await migrate(url);
    const client = await connected(url);
    await client.query(
      `INSERT INTO migrations (timestamp, name) VALUES (1999000000099, 'ReadMinds1999000000099'), (1999000000100, 'Levitate1999000000100')`,
    );
    await client.end();

    await expect(migrate(url)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message:
        'A later version of Sortition made this database: it holds the migrations "Levitate1999000000100", "ReadMinds1999000000099", which this version does not know. Start that version or a later one.',
    });
  });

  it('leave nothing half done when one fails, say so in one line, and run once its cause is gone', async () => {
    const url = await postgres.createDatabase();
    const client = await connected(url);
    await client.query('CREATE TABLE result_snapshot (id int)');

    await expect(migrate(url)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message:
        'The migration "CreateResultSnapshot1764000000011" failed, and the database stays as it was: relation "result_snapshot" already exists',
    });
    const { rows } = await client.query(
      `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'S', 'v')`,
    );
    expect(rows).toEqual([{ relname: 'result_snapshot' }]);
    await client.query('DROP TABLE result_snapshot');
    await client.end();
    expect(await migrate(url)).toHaveLength(MIGRATIONS.length);
  });

  it('say in one line that the server is read-only', async () => {
    const url = await postgres.createDatabase();
    const client = await connected(url);
    await client.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_read_only = on`);
    await client.end();

    await expect(migrate(url)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringMatching(/^The migration "CreateTenancy\d+" failed.*read-only transaction$/),
    });
  });

  it('say that the database cannot be reached', async () => {
    await expect(migrate('postgres://nobody@127.0.0.1:1/nothing')).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
  });
});
