import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';

import { describeEventLog } from '../testing/describe-event-log.js';
import { newRecord, ORGANIZATION, OTHER_ORGANIZATION } from '../testing/new-record.js';
import { openTestDatabase, type TestDatabase } from '../testing/open-test-database.js';
import { PostgresEventLog } from './postgres-event-log.js';

const DROP_LATER_PARTITIONS = `
  DO $$
  DECLARE leaf text;
  BEGIN
    FOR leaf IN
      SELECT inhrelid::regclass::text FROM pg_inherits
      WHERE inhparent IN ('event_segment'::regclass, 'event_identity'::regclass)
        AND inhrelid::regclass::text NOT LIKE '%_20000101'
    LOOP
      EXECUTE 'DROP TABLE ' || leaf;
    END LOOP;
    DELETE FROM event_log_period WHERE starts_on > '2000-01-01';
  END
  $$`;

/** Puts what the log holds into the year 2010, and ends its first period with the year 2019. */
const MAKE_THE_PAST = ['event_segment', 'event_identity']
  .flatMap((table) => [
    `ALTER TABLE ${table} DETACH PARTITION ${table}_20000101`,
    `UPDATE ${table}_20000101 SET received_at = '2010-01-01'`,
    `ALTER TABLE ${table} ATTACH PARTITION ${table}_20000101
     FOR VALUES FROM ('2000-01-01 00:00Z') TO ('2020-01-01 00:00Z')`,
  ])
  .concat(
    DROP_LATER_PARTITIONS,
    `UPDATE event_log_period SET ends_on = '2020-01-01' WHERE starts_on = '2000-01-01'`,
    `SELECT maintain_event_log('1000 years')`,
  );

let server: TestPostgres;

beforeAll(async () => {
  server = await startTestPostgres();
});

afterAll(() => server.stop());

describeEventLog('PostgresEventLog', async () => {
  const database = await openTestDatabase(server);
  return {
    log: new PostgresEventLog(database.database),
    reopen: async () => new PostgresEventLog(database.database),
    close: () => database.close(),
  };
});

describe('PostgresEventLog', () => {
  let database: TestDatabase;
  let log: PostgresEventLog;

  beforeEach(async () => {
    database = await openTestDatabase(server);
    log = new PostgresEventLog(database.database);
  });

  afterEach(() => database.close());

  describe('that lies elsewhere than before, as after a restore', () => {
    /** As a restored table has a file of its own. */
    const MOVE = `VACUUM FULL event_log_identity`;
    const asSuperuser = async (...statements: readonly string[]): Promise<void> => {
      const client = new Client({ connectionString: database.url });
      await client.connect();
      for (const statement of statements) await client.query(statement);
      await client.end();
    };

    it('begins an incarnation with the next append, in the same transaction', async () => {
      await log.append([newRecord(1), newRecord(2)]);
      const { offset } = await log.end();
      const first = await log.source();
      await asSuperuser(MOVE);

      await log.append([newRecord(3)]);
      await log.append([newRecord(4)]);

      const { incarnations } = await log.history();
      expect(incarnations).toEqual([
        { source: first, after: 0 },
        { source: await log.source(), after: offset },
      ]);
    });

    it('begins one for whoever looks, though nothing is appended, and one for all who do', async () => {
      await log.append([newRecord(1)]);
      const first = await log.source();
      await asSuperuser(MOVE);
      const others = Array.from({ length: 8 }, () => new PostgresEventLog(database.database));

      const sources = await Promise.all(others.map((other) => other.source()));

      expect(new Set(sources).size).toBe(1);
      expect(sources[0]).not.toBe(first);
      await expect(log.history()).resolves.toMatchObject({ incarnations: { length: 2 } });
    });

    it('keeps the last hundred', async () => {
      for (let turn = 0; turn < 105; turn += 1) await log.beginAnew();

      const { incarnations } = await log.history();

      expect(incarnations).toHaveLength(100);
      expect(incarnations.at(-1)?.source).toBe(await log.source());
    });
  });

  it('tells how far it was trimmed, also when nothing is left', async () => {
    await log.append([1, 2, 3].map((number) => newRecord(number)));
    await log.commitOffset('warehouse', 3);
    const client = new Client({ connectionString: database.url });
    await client.connect();
    for (const statement of MAKE_THE_PAST) await client.query(statement);
    await client.end();

    await log.maintain(1);

    await expect(log.history()).resolves.toMatchObject({ trimmedTo: 3, end: 3 });
    await log.append([newRecord(4)]);
    await expect(log.history()).resolves.toMatchObject({ trimmedTo: 3, end: 4 });
  });

  it('shows an organization its own records and nobody else those of another', async () => {
    await log.append([newRecord(1), newRecord(2, { organizationId: OTHER_ORGANIZATION })]);
    const count = (organizationId: string): Promise<readonly unknown[]> =>
      database.database.read(organizationId, (manager) => manager.query('SELECT event_id FROM event_log'));

    await expect(count(ORGANIZATION)).resolves.toEqual([{ event_id: newRecord(1).eventId }]);
    await expect(count(OTHER_ORGANIZATION)).resolves.toEqual([{ event_id: newRecord(2).eventId }]);
    await expect(count('0190a000-0000-7000-8000-0000000000a9')).resolves.toEqual([]);
  });

  it('appends all records or none', async () => {
    await expect(log.append([newRecord(1), newRecord(2, { payload: 'no JSON' })])).rejects.toThrow(/json/);

    await expect(log.read(0, 10)).resolves.toEqual([]);
  });

  it('stores what an append brings of an environment in one row', async () => {
    await log.append([1, 2, 3].map((number) => newRecord(number)));
    await log.append([newRecord(3), newRecord(4)]);

    const rows: unknown = await database.database.read(ORGANIZATION, (manager) =>
      manager.query('SELECT "offset", event_count FROM event_segment ORDER BY 1'),
    );
    expect(rows).toEqual([
      { offset: '3', event_count: 3 },
      { offset: '4', event_count: 1 },
    ]);
  });

  it('makes the partitions that it lacks', async () => {
    await asOwner(database, [
      'DROP TABLE event_segment_20000101, event_identity_20000101',
      'DELETE FROM event_log_period',
    ]);
    await asOwner(database, [DROP_LATER_PARTITIONS]);

    await expect(log.append([newRecord(1)])).resolves.toEqual([true]);

    await expect(log.append([newRecord(1)])).resolves.toEqual([false]);
    await expect(log.maintain(0)).resolves.toEqual({ created: 0, dropped: 0 });
  });

  it('drops a period that is older than the retention and that every consumer has passed', async () => {
    await log.append([newRecord(1), newRecord(2)]);
    await asOwner(database, MAKE_THE_PAST);
    await log.append([newRecord(3)]);
    await log.commitOffset('warehouse', 2);
    await log.commitOffset('other', 1);

    const tooEarly = await log.maintain(0);
    await log.commitOffset('other', 2);
    const tooYoung = await log.maintain(100 * 365 * 86_400);
    const inTime = await log.maintain(86_400);

    expect([tooEarly.dropped, tooYoung.dropped, inTime.dropped]).toEqual([0, 0, 1]);
    expect((await log.read(0, 10)).map(({ offset, eventId }) => [offset, eventId])).toEqual([
      [3, newRecord(3).eventId],
    ]);
    await expect(log.append([newRecord(1), newRecord(3)])).resolves.toEqual([true, false]);
    await expect(log.end()).resolves.toMatchObject({ offset: 4 });
  });

  it('keeps everything while no consumer has come anywhere', async () => {
    await log.append([newRecord(1)]);
    await asOwner(database, MAKE_THE_PAST);

    await log.maintain(0);

    await expect(log.read(0, 10)).resolves.toHaveLength(1);
  });

  it('lets the application neither drop nor make partitions by itself', async () => {
    const drop = database.database.transaction(ORGANIZATION, (manager) => manager.query('DROP TABLE event_segment'));

    await expect(drop).rejects.toThrow(/must be owner/);
  });

  it('names itself after the identity of its table', async () => {
    await expect(log.source()).resolves.toMatch(/^postgres\/[0-9a-f-]{36}$/);
  });
});

/** Runs statements as the owner of the tables, whom the application never is. */
async function asOwner({ url }: TestDatabase, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
