import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { ENVIRONMENT, eventIdOf, ORGANIZATION, OTHER_ENVIRONMENT, OTHER_ORGANIZATION } from '../testing/new-record.js';
import { openTestDatabase, type TestDatabase } from '../testing/open-test-database.js';
import { PostgresQuarantineStore } from './postgres-quarantine-store.js';

const DAY_MS = 86_400_000;

let server: TestPostgres;
let opened: TestDatabase;
let store: PostgresQuarantineStore;

beforeAll(async () => {
  server = await startTestPostgres();
  opened = await openTestDatabase(server);
  store = new PostgresQuarantineStore(opened.database);
});

afterAll(async () => {
  await opened.close();
  await server.stop();
});

const keep = (organizationId: string, environmentId: string, ages: readonly number[]): Promise<unknown> =>
  store.keep(
    ages.map((days) => ({
      organizationId,
      environmentId,
      eventId: eventIdOf(Math.round(days * 10)),
      timeMicros: 0,
      receivedMicros: (Date.now() - days * DAY_MS) * 1_000,
      payload: { name: 'purchase', value: days, units: {}, properties: {} },
      verdict: { reason: 'INVALID_VALUE' as const, field: 'value', message: '', definitionVersion: 1 },
    })),
  );
const agesOf = async (organizationId: string, environmentId: string): Promise<readonly unknown[]> =>
  (
    await store.list(
      { organizationId, environmentId },
      { filter: {}, isReplayed: undefined, after: undefined, limit: 20_000 },
    )
  ).map(({ payload }) => payload.value);

describe('quarantined events in PostgreSQL', () => {
  it('are deleted before a time, of all organizations, and never within a day', async () => {
    await keep(ORGANIZATION, ENVIRONMENT, [0.5, 2, 31, 40]);
    await keep(OTHER_ORGANIZATION, OTHER_ENVIRONMENT, [29, 32]);

    await expect(store.deleteBefore(new Date(Date.now() - 30 * DAY_MS))).resolves.toBe(3);
    await expect(agesOf(ORGANIZATION, ENVIRONMENT)).resolves.toEqual([0.5, 2]);
    await expect(agesOf(OTHER_ORGANIZATION, OTHER_ENVIRONMENT)).resolves.toEqual([29]);

    await expect(store.deleteBefore(new Date())).resolves.toBe(2);
    await expect(agesOf(ORGANIZATION, ENVIRONMENT)).resolves.toEqual([0.5]);
  });

  it('are deleted also when they are more than one transaction deletes', async () => {
    await keep(
      ORGANIZATION,
      ENVIRONMENT,
      Array.from({ length: 10_005 }, (_, index) => 100 + index),
    );

    await expect(store.deleteBefore(new Date(Date.now() - 30 * DAY_MS))).resolves.toBe(10_005);
  });

  it('of other organizations are not shown to the application by the purge’s policy alone', async () => {
    await keep(OTHER_ORGANIZATION, OTHER_ENVIRONMENT, [50]);

    const rows: unknown = await opened.database.read(ORGANIZATION, (manager) =>
      manager.query('SELECT event_id FROM quarantined_event WHERE environment_id = $1', [OTHER_ENVIRONMENT]),
    );

    expect(rows).toEqual([]);
  });
});
