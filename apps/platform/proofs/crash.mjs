/**
 * Nothing acknowledged is lost, nothing is counted twice. Each round loads at full speed and ends with `kill -9` of the
 * platform (which takes events and loads them), of PostgreSQL, or of both at a random moment; the next round starts
 * everything again on the same files and first sends what was not acknowledged once more, as SDKs do. In the end the
 * ids that were acknowledged are the ids in the warehouse, each once. Default: 100 rounds, a check every 10.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { makeDataDirectory, removeDataDirectory } from './lib/data-directory.mjs';
import { postmasterOf, superuserUrl, untilLoaded } from './lib/embedded-database.mjs';
import { eventIdOf, eventOf } from './lib/numbered-events.mjs';
import { allStored, openPublisher } from './lib/publisher.mjs';
import { randomOf } from './lib/random.mjs';
import { startPlatformProcess } from './lib/start-platform.mjs';
import { idsInWarehouse } from './lib/warehouse-content.mjs';

const SENDERS = 6;
const BATCH_SIZE = 250;
const LONGEST_LOAD_MS = 2_000;
const PATIENCE_MS = 60_000;
const VICTIMS = ['platform', 'PostgreSQL', 'platform and PostgreSQL'];

export async function prove({ rounds = 100, seed = Date.now() % 1_000_000 }, say) {
  say(`${rounds} rounds, --seed ${seed}`);
  const random = randomOf(seed);
  const dataDirectory = await makeDataDirectory('proof');
  const load = new Load();
  let platform;
  try {
    for (let round = 1; round <= rounds; round += 1) {
      platform = await startPlatformProcess({ dataDirectory });
      const publisher = openPublisher(platform.grpc, platform.starter.keys.server);
      const before = load.acknowledged;
      const sending = load.run(publisher);
      // One round in five ends at any moment after the start, perhaps before anything was taken.
      if (random() < 0.8) await load.untilMoreThan(before);
      const loadMs = Math.floor(random() * LONGEST_LOAD_MS);
      await sleep(loadMs);
      const victim = VICTIMS[Math.floor(random() * VICTIMS.length)];
      await killDuring(victim, platform, dataDirectory);
      load.isRunning = false;
      await sending;
      publisher.close();
      say(
        `round ${round}: killed ${victim} after ${loadMs} ms; ${load.acknowledged - before} acknowledged, ` +
          `${load.unanswered.length} batches without an answer`,
      );
      if (round % 10 === 0 || round === rounds) await check(dataDirectory, load, say);
    }
  } finally {
    await platform?.kill();
    // Stops the server that the kill left running.
    await startPlatformProcess({ dataDirectory }).then((last) => last.stop());
    await removeDataDirectory(dataDirectory);
  }
  say(`${load.acknowledged} acknowledged ids over ${rounds} rounds are the ids in the warehouse, each once`);
}

/** Batches of ever new numbers, and those that wait to be sent again. */
class Load {
  acknowledged = 0;
  next = 0;
  unanswered = [];
  isRunning = false;

  async run(publisher) {
    this.isRunning = true;
    await Promise.all(Array.from({ length: SENDERS }, () => this.#send(publisher)));
  }

  async untilMoreThan(acknowledged) {
    const deadline = Date.now() + PATIENCE_MS;
    while (this.acknowledged <= acknowledged) {
      if (Date.now() > deadline) throw new Error(`Nothing was acknowledged within ${PATIENCE_MS} ms.`);
      await sleep(5);
    }
  }

  async sendUnanswered(publisher) {
    for (let batch = this.unanswered.pop(); batch; batch = this.unanswered.pop()) await this.#publish(publisher, batch);
  }

  async #send(publisher) {
    while (this.isRunning) {
      const batch = this.unanswered.pop() ?? this.#newBatch();
      try {
        await this.#publish(publisher, batch);
      } catch {
        this.unanswered.push(batch);
        if (this.isRunning) await sleep(20);
      }
    }
  }

  async #publish(publisher, numbers) {
    const results = await publisher.publish(numbers.map((number) => eventOf(number)));
    if (!allStored(results)) throw new Error(`An event was refused: ${JSON.stringify(results)}`);
    this.acknowledged += numbers.length;
  }

  #newBatch() {
    const first = this.next;
    this.next += BATCH_SIZE;
    return Array.from({ length: BATCH_SIZE }, (_, index) => first + index);
  }
}

async function killDuring(victim, platform, dataDirectory) {
  const { pid } = await postmasterOf(dataDirectory);
  if (victim.startsWith('platform')) await platform.kill();
  if (victim.endsWith('PostgreSQL')) process.kill(pid, 'SIGKILL');
  if (victim === 'PostgreSQL') {
    // The platform goes on without its database for a moment; what it answers now must not be an acknowledgement.
    await sleep(200);
    await platform.kill();
  }
}

async function check(dataDirectory, load, say) {
  const platform = await startPlatformProcess({ dataDirectory });
  const publisher = openPublisher(platform.grpc, platform.starter.keys.server);
  await load.sendUnanswered(publisher);
  publisher.close();
  await untilLoaded(await superuserUrl(dataDirectory));
  await platform.stop();
  const found = await idsInWarehouse(dataDirectory);
  // Every number from 0 was acknowledged; so many different ids in that range can only be those.
  const expected = { rows: load.next, ids: load.next, smallest: eventIdOf(0), largest: eventIdOf(load.next - 1) };
  if (load.acknowledged !== load.next || JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(
      `${load.acknowledged} of ${load.next} were acknowledged; the warehouse holds ${JSON.stringify(found)}, ` +
        `expected ${JSON.stringify(expected)}.`,
    );
  }
  say(`checked: ${load.next} acknowledged ids, ${found.rows} rows, ${found.ids} different ids in the warehouse`);
}
