/**
 * Durable acknowledged events a second and core: PublishEvents over gRPC in batches of 500, against COPY of the same
 * rows into the same PostgreSQL, in the same run. `npm run bench -w apps/platform -- events`
 *
 * PostgreSQL syncs to disk in both. The rows are copied, a row an event, into a table without any index and into one
 * with a primary key and the unique ids that recognising repetitions needs; each by one superuser's session in one
 * transaction, from text that lies in memory. "A core" divides by the processor time of everything that serves: the
 * platform and PostgreSQL here, the copying client and PostgreSQL there, senders never.
 */
import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

import pg from 'pg';
import copyStreams from 'pg-copy-streams';

import { prepareDataDirectory } from '../dist/runtime/database/data-directory.js';
import { startEmbeddedPostgres } from '../dist/runtime/database/embedded-postgres.js';
import { migrate } from '../dist/runtime/database/migrate.js';
import { COMMAND_FLAGS } from '../proofs/lib/command-flags.mjs';
import { makeDataDirectory, removeDataDirectory } from '../proofs/lib/data-directory.mjs';
import { benchJetStream } from './events/jetstream.mjs';
import { benchLoader } from './events/bench-loader.mjs';
import { secondsOf, secondsOfFamily } from './events/processor-time.mjs';

const BATCHES = 160;
const BATCH_SIZE = 500;
const SENDERS = 16;
const WARM_UP_BATCHES = 160;
const PACED_BATCHES = 800;
const ROUNDS = 5;
const COLUMNS = '"offset", organization_id, environment_id, event_id, received_at, time, kind, payload';
const ROW = `"offset" bigint NOT NULL, organization_id uuid NOT NULL, environment_id uuid NOT NULL,
  event_id uuid NOT NULL, received_at timestamptz NOT NULL, time timestamptz NOT NULL, kind text NOT NULL,
  payload json NOT NULL`;

const directory = await makeDataDirectory('bench');
await prepareDataDirectory(directory);
const postgres = await startEmbeddedPostgres(directory);
const postgresPid = Number.parseInt(await readFile(join(directory, 'postgres', 'postmaster.pid'), 'utf8'), 10);
let admin;
let ingest;
let sender;
try {
  await migrate(postgres.url);
  ingest = start('ingest.mjs', postgres.url);
  const { port } = await messageOf(ingest);
  sender = start('sender.mjs', String(port));
  admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();

  await send({ batches: WARM_UP_BATCHES, batchSize: BATCH_SIZE, senders: SENDERS });
  const text = await logAsText(admin, WARM_UP_BATCHES * BATCH_SIZE);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await admin.query('CHECKPOINT');
    const sent = await send({ batches: BATCHES, batchSize: BATCH_SIZE, senders: SENDERS });
    const bare = await copy(admin, text, ROW);
    const indexed = await copy(admin, text, `${ROW}, PRIMARY KEY ("offset"), UNIQUE (environment_id, event_id)`);
    rounds.push({ sent, bare, indexed });
  }
  const full = median(rounds.map(({ sent }) => sent));
  const bare = median(rounds.map((round) => round.bare));
  const indexed = median(rounds.map((round) => round.indexed));
  await admin.query('CHECKPOINT');
  const half = await send({ batches: PACED_BATCHES, batchSize: BATCH_SIZE, perSecond: full.perSecond / 2 });

  print('PublishEvents, durable', full);
  console.log(`  processor time an event       platform ${us(full.node)}, PostgreSQL ${us(full.postgres)}`);
  console.log(`  acknowledgement, ${SENDERS} senders   p50 ${ms(full.p50)}, p99 ${ms(full.p99)}`);
  console.log(`  acknowledgement, half load    p50 ${ms(half.p50)}, p99 ${ms(half.p99)}`);
  print('COPY, no index', bare);
  print('COPY, indexes as needed', indexed);
  ratio('ratio to COPY, no index', full, bare);
  ratio('ratio to COPY, indexes as needed', full, indexed);
  await benchLoader({ databaseUrl: postgres.url, postgresPid, directory, admin, start, messageOf, send, full });

  const load = { batches: BATCHES, batchSize: BATCH_SIZE, senders: SENDERS };
  const report = (label, result) => {
    print(label, result);
    console.log(`  acknowledgement, ${SENDERS} senders   p50 ${ms(result.p50)}, p99 ${ms(result.p99)}`);
  };
  await benchJetStream({ databaseUrl: postgres.url, start, messageOf, load, report });
} finally {
  await admin?.end();
  if (sender?.connected) sender.disconnect();
  if (ingest?.connected) ingest.disconnect();
  await postgres.stop();
  await removeDataDirectory(directory);
}

function start(file, ...parameters) {
  return fork(fileURLToPath(new URL(`events/${file}`, import.meta.url)), parameters, { execArgv: COMMAND_FLAGS });
}

function messageOf(child) {
  return new Promise((resolve, reject) => {
    const fail = (code) => reject(new Error(`${child.spawnargs[1]} ended with ${code}.`));
    child.once('exit', fail);
    child.once('message', (message) => {
      child.off('exit', fail);
      resolve(message);
    });
  });
}

async function send(load, meanwhile = async () => undefined) {
  sender.send(load);
  await messageOf(sender);
  const before = { node: secondsOf(ingest.pid), postgres: secondsOfFamily(postgresPid) };
  sender.send('go');
  const [result] = await Promise.all([messageOf(sender), meanwhile()]);
  const events = load.batches * load.batchSize;
  const node = (secondsOf(ingest.pid) - before.node) / events;
  const inPostgres = (secondsOfFamily(postgresPid) - before.postgres) / events;
  return { ...result, node, postgres: inPostgres, perCore: 1 / (node + inPostgres) };
}

/** The log's events as COPY writes them, a row an event. */
async function logAsText(client, expected) {
  const { rows } = await client.query('SELECT count(*)::int AS count FROM event_log');
  if (rows[0].count !== expected) throw new Error(`${rows[0].count} events are in the log, expected ${expected}.`);
  const columns = COLUMNS.replace('organization_id', 'environment_id');
  const chunks = [];
  const query = `COPY (SELECT ${columns} FROM event_log ORDER BY "offset") TO STDOUT`;
  await pipeline(client.query(copyStreams.to(query)), async (stream) => {
    for await (const chunk of stream) chunks.push(chunk);
  });
  return chunks;
}

/** Copies the rows in one transaction, as fast as PostgreSQL takes them. */
async function copy(client, chunks, definition) {
  await client.query(`CREATE TABLE copied (${definition})`);
  await client.query('CHECKPOINT');
  const before = { node: process.cpuUsage(), postgres: secondsOfFamily(postgresPid) };
  const started = performance.now();
  await client.query('BEGIN');
  await pipeline(Readable.from(chunks), client.query(copyStreams.from(`COPY copied (${COLUMNS}) FROM STDIN`)));
  await client.query('COMMIT');
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(before.node);
  const used = (user + system) / 1e6 + secondsOfFamily(postgresPid) - before.postgres;
  const { rows } = await client.query('SELECT count(*)::int AS count FROM copied');
  await client.query('DROP TABLE copied');
  return { perSecond: rows[0].count / seconds, perCore: rows[0].count / used };
}

/** The median of every number. */
function median(results) {
  const middle = (key) => results.map((result) => result[key]).sort((a, b) => a - b)[Math.floor(results.length / 2)];
  return Object.fromEntries(Object.keys(results[0]).map((key) => [key, middle(key)]));
}

function print(label, { perSecond, perCore }) {
  const whole = (value) => Math.round(value).toLocaleString('en-US').padStart(9);
  console.log(`${label.padEnd(31)} ${whole(perSecond)} events/s, ${whole(perCore)} a second and core`);
}

function ratio(label, ours, theirs) {
  const clock = (ours.perSecond / theirs.perSecond).toFixed(2);
  console.log(`${label.padEnd(36)} ${(ours.perCore / theirs.perCore).toFixed(2)} a core, ${clock} by the clock`);
}

function us(seconds) {
  return `${(seconds * 1e6).toFixed(1)} us`;
}

/** Null: some were refused for want of room. */
function ms(value) {
  return value === null ? 'refused' : `${value.toFixed(0)} ms`;
}
