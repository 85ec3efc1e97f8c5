import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { describeEventLog } from '../testing/describe-event-log.js';
import { newRecord, ORGANIZATION, OTHER_ORGANIZATION } from '../testing/new-record.js';
import { openTestDatabase, type TestDatabase } from '../testing/open-test-database.js';
import { PostgresEventLog } from './postgres-event-log.js';

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

  it('names itself after the identity of its table', async () => {
    await expect(log.source()).resolves.toMatch(/^postgres\/[0-9a-f-]{36}$/);
  });
});
