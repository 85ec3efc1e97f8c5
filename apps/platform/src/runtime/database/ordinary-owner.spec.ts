import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MIGRATIONS } from '@sortition/migrations';
import { findOldestPostgres, startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';
import { DataSource } from 'typeorm';

import { PostgresEventLog } from '../../modules/events/infra/postgres-event-log.js';
import { newRecord } from '../../modules/events/testing/new-record.js';
import { insertOrganization, openTestTenants } from '../testing/tenants.js';
import { migrate } from './migrate.js';

const oldest = findOldestPostgres();

/** What an administrator types for a database of its own, besides a password. */
const ROLE_AND_DATABASE = (name: string): readonly string[] => [
  `create role ${name} login password 'secret'`,
  `create database ${name} owner ${name}`,
];

describe.each([
  { title: 'PostgreSQL 15', programs: oldest, isMissing: oldest === undefined },
  { title: 'the PostgreSQL that the platform brings along', programs: undefined, isMissing: false },
])('an ordinary owner of a database on $title', ({ programs, isMissing }) => {
  if (isMissing) {
    it.skip('is tested where PostgreSQL 15 is installed (apt-get install postgresql-15)', () => undefined);
    return;
  }

  let server: TestPostgres;
  let superuser: Client;

  beforeAll(async () => {
    server = await startTestPostgres(programs === undefined ? {} : { programs });
    superuser = new Client({ connectionString: server.url });
    await superuser.connect();
  });

  afterAll(async () => {
    await superuser.end();
    await server.stop();
  });

  const urlOf = (user: string, database = user): string => {
    const url = new URL(server.url);
    url.username = user;
    url.password = 'secret';
    url.pathname = database;
    return url.href;
  };

  const failureOf = (url: string): Promise<{ readonly code: string; readonly message: string }> =>
    migrate(url).then(
      () => ({ code: 'none', message: '' }),
      (error: unknown) => error as { readonly code: string; readonly message: string },
    );

  it('is told the SQL, before anything is changed, that an administrator runs once, and then runs the platform', async () => {
    for (const statement of ROLE_AND_DATABASE('sortition')) await superuser.query(statement);

    const { code, message } = await failureOf(urlOf('sortition'));
    expect({ code, message }).toEqual({
      code: 'INVALID_CONFIGURATION',
      message:
        'The database server has no role sortition_app. Let an administrator run once: CREATE ROLE sortition_app NOLOGIN; GRANT sortition_app TO sortition;',
    });
    await superuser.query(message.split('run once: ')[1] ?? '');

    const tenants = await openTestTenants(urlOf('sortition'));
    const ours = await insertOrganization(tenants.database, 'ours');
    await insertOrganization(tenants.database, 'theirs');
    const seen: unknown = await tenants.database.read(ours.id, (manager) =>
      manager.query('SELECT key FROM organization'),
    );
    const log = new PostgresEventLog(tenants.database);
    const isNew = await log.append([newRecord(1), newRecord(2)]);
    const records = await log.read(0, 10);
    const { dropped } = await log.maintain(0);
    await tenants.close();

    expect(seen).toEqual([{ key: 'ours' }]);
    expect(isNew).toEqual([true, true]);
    expect(records).toHaveLength(2);
    expect(dropped).toBe(0);
  });

  it('takes every migration back and runs them again', async () => {
    const source = new DataSource({ type: 'postgres', url: urlOf('sortition'), migrations: [...MIGRATIONS] });
    await source.initialize();
    for (const _migration of MIGRATIONS) await source.undoLastMigration();
    await source.destroy();

    expect(await migrate(urlOf('sortition'))).toHaveLength(MIGRATIONS.length);
  });

  it('is told to be granted the role that another database of the server has brought', async () => {
    for (const statement of ROLE_AND_DATABASE('second')) await superuser.query(statement);

    const { message } = await failureOf(urlOf('second'));
    expect(message).toBe(
      '"second" may not take the role sortition_app. Let an administrator run once: GRANT sortition_app TO second;',
    );
    await superuser.query(message.split('run once: ')[1] ?? '');

    expect(await migrate(urlOf('second'))).toHaveLength(MIGRATIONS.length);
  });

  it('is told what makes an owner of a user who only may connect', async () => {
    await superuser.query(`create role "Third One" login password 'secret'`);
    await superuser.query('grant sortition_app to "Third One"');
    await superuser.query('create database third');

    const { message } = await failureOf(urlOf('Third One', 'third'));
    expect(message).toMatch(/^"Third One" may not make tables in the schema public\. Let an administrator run once: /);
    for (const statement of (message.split('run once: ')[1] ?? '').split(';').filter((part) => part.trim() !== '')) {
      const inDatabase = new Client({ connectionString: new URL('/third', server.url).href });
      await inDatabase.connect();
      await inDatabase.query(statement);
      await inDatabase.end();
    }

    expect(await migrate(urlOf('Third One', 'third'))).toHaveLength(MIGRATIONS.length);
  });

  it('needs nobody when the owner may make roles', async () => {
    for (const name of ['sortition', 'second', 'third']) await superuser.query(`drop database ${name}`);
    await superuser.query('drop role sortition_app');
    for (const statement of ROLE_AND_DATABASE('maker')) await superuser.query(statement);
    await superuser.query('alter role maker createrole');

    const tenants = await openTestTenants(urlOf('maker'));
    const ours = await insertOrganization(tenants.database, 'ours');
    const seen: unknown = await tenants.database.read(ours.id, (manager) =>
      manager.query('SELECT key FROM organization'),
    );
    await tenants.close();

    expect(seen).toEqual([{ key: 'ours' }]);
  });
});
