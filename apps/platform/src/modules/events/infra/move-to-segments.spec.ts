import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MIGRATIONS } from '@sortition/migrations';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { DataSource } from 'typeorm';

import { appDataSource } from '../../../runtime/database/app-data-source.js';
import { TypeormTenantDatabase } from '../../../runtime/database/typeorm-tenant-database.js';
import { newRecord } from '../testing/new-record.js';
import { PostgresEventLog } from './postgres-event-log.js';

const FIRST_OF_SEGMENTS = 'CreateEventSegments1764000000012';

describe('the move from rows to segments', () => {
  let server: TestPostgres;

  beforeAll(async () => {
    server = await startTestPostgres();
  });

  afterAll(() => server.stop());

  const open = async (url: string, migrations = MIGRATIONS): Promise<DataSource> =>
    new DataSource({
      type: 'postgres',
      url,
      migrations: [...migrations],
      migrationsTransactionMode: 'each',
    }).initialize();
  const isOlder = (migration: (typeof MIGRATIONS)[number]): boolean =>
    MIGRATIONS.indexOf(migration) < MIGRATIONS.findIndex(({ name }) => name === FIRST_OF_SEGMENTS);

  it('keeps every event, its offset, and where consumers are, there and back', async () => {
    const url = await server.createDatabase();
    const old = await open(url, MIGRATIONS.filter(isOlder));
    await old.runMigrations();
    for (const number of [1, 2, 3]) {
      const { organizationId, environmentId, eventId, timeMs, kind, payload } = newRecord(number);
      await old.query(
        `INSERT INTO event_log (organization_id, environment_id, event_id, received_at, time, kind, payload)
         VALUES ($1, $2, $3, $7::timestamptz, to_timestamp($4::float8 / 1000), $5, $6)`,
        [organizationId, environmentId, eventId, timeMs, kind, payload, `2026-01-0${String(number)}`],
      );
    }
    await old.query(`DELETE FROM event_log WHERE "offset" = 2`);
    await old.destroy();

    const source = await open(url);
    await source.runMigrations();
    const app = await appDataSource(url, []).initialize();
    const log = new PostgresEventLog(new TypeormTenantDatabase(app));
    const moved = await log.read(0, 10);
    const isNew = await log.append([newRecord(1), newRecord(3), newRecord(4)]);
    const afterwards = await log.read(3, 10);
    await app.destroy();
    for (let left = MIGRATIONS.length; left > MIGRATIONS.filter(isOlder).length; left -= 1) {
      await source.undoLastMigration({ transaction: 'each' });
    }
    const back: readonly unknown[] = await source.query(`SELECT "offset", event_id FROM event_log ORDER BY 1`);
    await source.destroy();

    expect(moved.map(({ offset, eventId, timeMicros }) => [offset, eventId, timeMicros])).toEqual(
      [1, 3].map((number) => [number, newRecord(number).eventId, newRecord(number).timeMs * 1_000]),
    );
    expect(moved[0]).toMatchObject({ kind: 'tracked', payload: JSON.parse(newRecord(1).payload) as object });
    expect(isNew).toEqual([false, false, true]);
    expect(afterwards.map(({ offset, eventId }) => [offset, eventId])).toEqual([[4, newRecord(4).eventId]]);
    expect(back).toEqual([1, 3, 4].map((number) => ({ offset: String(number), event_id: newRecord(number).eventId })));
  });
});
