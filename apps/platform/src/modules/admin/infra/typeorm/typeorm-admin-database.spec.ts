import { afterAll, beforeAll } from '@jest/globals';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { describeAdminDatabase } from '../../testing/describe-admin-database.js';
import { openPostgresAdminDatabase, type PostgresAdminDatabase } from '../../testing/postgres-admin-database.js';

let server: TestPostgres;
let opened: PostgresAdminDatabase;

beforeAll(async () => {
  server = await startTestPostgres();
  opened = await openPostgresAdminDatabase(server);
});

afterAll(async () => {
  await opened.close();
  await server.stop();
});

describeAdminDatabase('TypeormAdminDatabase', () => opened.database);
