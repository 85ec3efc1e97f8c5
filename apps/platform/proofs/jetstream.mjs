/**
 * Nothing acknowledged is lost, nothing is counted twice, with NATS JetStream as the event log. Three servers, every event
 * on three of them; senders at full speed throughout. Each round kills one with `kill -9`: the server that leads the
 * stream, the platform (which takes events and loads them), or PostgreSQL, without which events must go on to be taken.
 * In the end the ids that were acknowledged are the ids in the log and in the warehouse, each once. Default: 30 rounds.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { startTestNats } from '@sortition/testing';
import pino from 'pino';

import { JetStreamEventLog } from '../dist/modules/events/infra/jetstream/jetstream-event-log.js';
import { parseJetStreamUrl } from '../dist/modules/events/infra/jetstream/parse-jetstream-url.js';
import { makeDataDirectory, removeDataDirectory } from './lib/data-directory.mjs';
import { postmasterOf } from './lib/embedded-database.mjs';
import { eventIdOf, eventOf } from './lib/numbered-events.mjs';
import { allStored, openPublisher } from './lib/publisher.mjs';
import { randomOf } from './lib/random.mjs';
import { startPlatformProcess } from './lib/start-platform.mjs';
import { idsInWarehouse } from './lib/warehouse-content.mjs';

const SENDERS = 4;
const BATCH_SIZE = 250;
const STREAM = 'PROOF';
const LONGEST_LOAD_MS = 2_000;
const DEADLINE_MS = 60_000;
const VICTIMS = ['server', 'platform', 'PostgreSQL'];

export async function prove({ rounds = 30, seed = Date.now() % 1_000_000 }, say) {
  say(`${rounds} rounds, --seed ${seed}`);
  const random = randomOf(seed);
  const nats = await startTestNats({ nodes: 3 });
  const dataDirectory = await makeDataDirectory('proof');
  const eventLogUrl = `${nats.url}/${STREAM}?replicas=3&max_bytes=1GiB`;
  const start = () => startPlatformProcess({ dataDirectory, eventLogUrl });
  const load = new Load();
  let platform = await start();
  try {
    const key = platform.starter.keys.server;
    load.sendTo(platform.grpc, key);
    const sending = load.run();
    for (let round = 1; round <= rounds; round += 1) {
      await load.grows();
      await sleep(random() * LONGEST_LOAD_MS);
      const victim = VICTIMS[Math.floor(random() * VICTIMS.length)];
      const before = load.acknowledged;
      if (victim === 'server') {
        const leader = await leaderOf(nats);
        await leader.kill();
        await load.grows();
        await leader.restart();
      } else {
        if (victim === 'PostgreSQL') {
          process.kill((await postmasterOf(dataDirectory)).pid, 'SIGKILL');
          await load.grows();
        }
        await platform.kill();
        platform = await start();
        load.sendTo(platform.grpc, key);
      }
      say(`round ${round}: killed ${victim}; ${before} acknowledged before, ${load.acknowledged} now`);
    }
    load.isRunning = false;
    await sending;
    await check(eventLogUrl, load, say);
    await platform.stop();
    const found = await idsInWarehouse(dataDirectory);
    expectEqual('The warehouse', found, expected(load));
  } finally {
    await platform.kill();
    // Stops the database that the kill left running.
    await start().then((last) => last.stop());
    await nats.stop();
    await removeDataDirectory(dataDirectory);
  }
  say(`${load.acknowledged} acknowledged ids over ${rounds} rounds are the ids in the warehouse, each once`);
}

/** Senders of ever new numbers that send a batch again until it is acknowledged. */
class Load {
  acknowledged = 0;
  next = 0;
  isRunning = true;
  lastFailure = 'no failure';

  sendTo(address, key) {
    this.publisher?.close();
    this.publisher = openPublisher(address, key);
  }

  async run() {
    await Promise.all(Array.from({ length: SENDERS }, () => this.#send()));
    this.publisher.close();
  }

  /** Resolves when some more batches were acknowledged. */
  async grows() {
    const enough = this.acknowledged + SENDERS * BATCH_SIZE;
    for (const giveUpAt = Date.now() + DEADLINE_MS; this.acknowledged < enough; await sleep(20)) {
      if (Date.now() > giveUpAt)
        throw new Error(`Not enough was acknowledged within ${DEADLINE_MS} ms; last: ${this.lastFailure}`);
    }
  }

  async #send() {
    while (this.isRunning) {
      const first = this.next;
      this.next += BATCH_SIZE;
      const batch = Array.from({ length: BATCH_SIZE }, (_, index) => eventOf(first + index));
      while (!(await this.#isAcknowledged(batch))) await sleep(50);
      this.acknowledged += batch.length;
    }
  }

  async #isAcknowledged(batch) {
    try {
      return allStored(await this.publisher.publish(batch));
    } catch (error) {
      this.lastFailure = error.message;
      return false;
    }
  }
}

/** The server that takes the stream's messages at the moment. */
async function leaderOf(nats) {
  for (;;) {
    const connection = await connect({ servers: nats.nodes.map(({ address }) => address) });
    const { cluster } = await (await jetstreamManager(connection)).streams.info(STREAM);
    await connection.close();
    const leader = nats.nodes.find(({ name }) => name === cluster.leader);
    if (leader) return leader;
  }
}

async function check(eventLogUrl, load, say) {
  const log = await JetStreamEventLog.open(parseJetStreamUrl(eventLogUrl), pino({ enabled: false }));
  try {
    const ids = [];
    const { offset: end } = await log.end();
    for (let after = 0; after < end;) {
      const records = await log.read(after, 5_000);
      ids.push(...records.map(({ eventId }) => eventId));
      after = records.at(-1).offset;
    }
    const different = [...new Set(ids)].sort();
    const found = { rows: ids.length, ids: different.length, smallest: different[0], largest: different.at(-1) };
    expectEqual('The log', found, expected(load));
    say(`checked: ${load.acknowledged} acknowledged ids, ${found.rows} records of ${found.ids} ids in the log`);
    for (const giveUpAt = Date.now() + DEADLINE_MS; (await log.committedOffset('warehouse')) < end; await sleep(50)) {
      if (Date.now() > giveUpAt) throw new Error('The loader did not come to the end of the log.');
    }
  } finally {
    await log.close();
  }
}

/** Every number from 0 was acknowledged; so many different ids in that range can only be those. */
function expected({ next }) {
  return { rows: next, ids: next, smallest: eventIdOf(0), largest: eventIdOf(next - 1) };
}

function expectEqual(what, found, wanted) {
  if (JSON.stringify(found) === JSON.stringify(wanted)) return;
  throw new Error(`${what} holds ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}.`);
}
