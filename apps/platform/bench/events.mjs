/**
 * Durable acknowledged events a second: PublishEvents over gRPC in batches of 500, against COPY of the same rows into
 * the same PostgreSQL, in the same run. PostgreSQL syncs to disk in both. `npm run bench -w apps/platform -- events`
 */
import 'reflect-metadata';

import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

import { Server, ServerCredentials } from '@grpc/grpc-js';
import { SERVICES } from '@sortition/contracts';
import { systemClock } from '@sortition/kernel';
import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import pino from 'pino';

import { EventWriter } from '../dist/modules/events/application/event-writer.js';
import { PublishEvents } from '../dist/modules/events/application/publish-events.js';
import { PostgresEventLog } from '../dist/modules/events/infra/postgres-event-log.js';
import { EventsGrpc } from '../dist/modules/events/transport/grpc/events.grpc.js';
import { appDataSource } from '../dist/runtime/database/app-data-source.js';
import { prepareDataDirectory } from '../dist/runtime/database/data-directory.js';
import { startEmbeddedPostgres } from '../dist/runtime/database/embedded-postgres.js';
import { migrate } from '../dist/runtime/database/migrate.js';
import { TypeormTenantDatabase } from '../dist/runtime/database/typeorm-tenant-database.js';
import { ServerNativeGrpc } from '../dist/runtime/grpc/server-native-grpc.js';

const BATCHES = 400;
const BATCH_SIZE = 500;
const SENDERS = 16;
const WARM_UP_BATCHES = 40;
const COLUMNS = '"offset", organization_id, environment_id, event_id, received_at, time, kind, payload';

const principal = {
  organizationId: '0190a000-0000-7000-8000-0000000000a1',
  organization: 'bench',
  keySelector: '0123456789ab',
  kind: 'server',
  environment: { id: '0190a000-0000-7000-8000-0000000000e1', project: 'bench', environment: 'bench' },
};

const directory = await mkdtemp(join(tmpdir(), 'sortition-bench-'));
await prepareDataDirectory(directory);
const logger = pino({ enabled: false });
const postgres = await startEmbeddedPostgres(directory, logger);
let server;
let source;
try {
  await migrate(postgres.url);
  source = await appDataSource(postgres.url, []).initialize();
  const publish = new PublishEvents(
    new EventWriter(new PostgresEventLog(new TypeormTenantDatabase(source))),
    systemClock,
  );
  const authenticator = { authorize: async () => principal, authorizeCached: () => principal };
  const registry = new ServerNativeGrpc(authenticator, logger);
  new EventsGrpc(registry, publish).onModuleInit();
  server = new Server();
  registry.attach(server, SERVICES['sortition.events.v1.EventsService']);
  const port = await new Promise((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );

  const ingest = await sendFromAnotherProcess(port);
  const admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  const { rows } = await admin.query('SELECT count(*)::int AS count FROM event_log');
  const expected = (BATCHES + WARM_UP_BATCHES) * BATCH_SIZE;
  if (rows[0].count !== expected) throw new Error(`${rows[0].count} events are in the log, expected ${expected}.`);
  const indexed = await copy(admin, 'LIKE event_log INCLUDING ALL');
  const bare = await copy(admin, 'LIKE event_log');
  await admin.end();

  print('PublishEvents, gRPC, durable', ingest.perSecond);
  console.log(
    `  acknowledgement, ${SENDERS} senders     p50 ${ingest.p50.toFixed(0)} ms, p99 ${ingest.p99.toFixed(0)} ms`,
  );
  print('COPY, same table and indexes', indexed);
  print('COPY, no index', bare);
  console.log(`ratio to COPY                      ${(ingest.perSecond / indexed).toFixed(2)}`);
  console.log(`ratio to COPY without index        ${(ingest.perSecond / bare).toFixed(2)}`);
} finally {
  server?.forceShutdown();
  await source?.destroy();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}

function print(label, perSecond) {
  console.log(`${label.padEnd(34)} ${Math.round(perSecond).toLocaleString('en-US').padStart(9)} events/s`);
}

function sendFromAnotherProcess(port) {
  const script = fileURLToPath(new URL('events/sender.mjs', import.meta.url));
  const numbers = [port, BATCHES, BATCH_SIZE, SENDERS, WARM_UP_BATCHES].map(String);
  return new Promise((resolve, reject) => {
    const child = fork(script, numbers);
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => code !== 0 && reject(new Error(`The sender ended with ${code}.`)));
  });
}

/** Copies the log's rows in batches' worth of text, one transaction, as fast as PostgreSQL takes them. */
async function copy(client, definition) {
  await client.query(`CREATE TABLE copied (${definition})`);
  const chunks = [];
  await pipeline(client.query(copyStreams.to(`COPY event_log (${COLUMNS}) TO STDOUT`)), async (stream) => {
    for await (const chunk of stream) chunks.push(chunk);
  });
  const started = performance.now();
  await client.query('BEGIN');
  await pipeline(Readable.from(chunks), client.query(copyStreams.from(`COPY copied (${COLUMNS}) FROM STDIN`)));
  await client.query('COMMIT');
  const seconds = (performance.now() - started) / 1_000;
  const { rows } = await client.query('SELECT count(*)::int AS count FROM copied');
  await client.query('DROP TABLE copied');
  return rows[0].count / seconds;
}
