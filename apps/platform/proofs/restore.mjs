/**
 * What the event log takes after it went back in time is loaded, and a warehouse that was deleted is filled again. In
 * turn: PostgreSQL's files are restored while the platform is stopped, then beneath a platform that runs on; each time with
 * fewer and with more events taken afterwards than were lost, because the numbers of the lost ones are given again. Then
 * the warehouse's file is deleted beneath the running platform. In the end the warehouse has every event that it had
 * loaded, and every one that was acknowledged after the restore, once. Default: 3 rounds.
 */
import { execFile } from 'node:child_process';
import { realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { status } from '@grpc/grpc-js';

import { makeDataDirectory, removeDataDirectory } from './lib/data-directory.mjs';
import { superuserUrl, untilLoaded } from './lib/embedded-database.mjs';
import { startExternalDatabase } from './lib/external-database.mjs';
import { eventIdOf, eventOf } from './lib/numbered-events.mjs';
import { allStored, openPublisher } from './lib/publisher.mjs';
import { startPlatformProcess } from './lib/start-platform.mjs';
import { idsInWarehouse } from './lib/warehouse-content.mjs';

const run = promisify(execFile);
const BATCH_SIZE = 100;
const LOST = 400;
const PATIENCE_MS = 60_000;
const POLL_MS = 50;

export async function prove({ rounds = 3 }, say) {
  await restoreWhileStopped(rounds, say);
  await restoreBeneath(rounds, say);
}

async function restoreWhileStopped(rounds, say) {
  const dataDirectory = await makeDataDirectory('proof');
  const events = new Events();
  let platform = await startPlatformProcess({ dataDirectory });
  const key = platform.starter.keys.server;
  events.use(platform, key);
  try {
    for (let round = 1; round <= rounds; round += 1) {
      await events.send(300);
      await untilLoaded(await superuserUrl(dataDirectory));
      await platform.stop();
      const restore = await backUp(await realpath(join(dataDirectory, 'postgres')));
      platform = await startPlatformProcess({ dataDirectory });
      events.use(platform, key);
      await events.send(LOST);
      await untilLoaded(await superuserUrl(dataDirectory));
      await platform.stop();
      await restore();
      platform = await startPlatformProcess({ dataDirectory });
      events.use(platform, key);
      const taken = takenIn(round);
      await events.send(taken);
      await untilLoaded(await superuserUrl(dataDirectory));
      say(`round ${round}: PostgreSQL restored while stopped, ${LOST} events lost, ${taken} taken since`);
    }
    await deleteWarehouse(dataDirectory, say);
    await events.send(200);
    await untilLoaded(await superuserUrl(dataDirectory));
    await platform.stop();
    // The warehouse is filled from the log, which lost what the restores took.
    const rows = await idsInWarehouse(dataDirectory);
    const held = events.sent - rounds * LOST;
    if (rows.ids !== held || rows.rows !== held) throw new Error(`${held} expected: ${JSON.stringify(rows)}`);
    say(`the warehouse has the ${held} events that the log held, each once`);
  } finally {
    await platform.kill();
    await startPlatformProcess({ dataDirectory }).then((last) => last.stop());
    await removeDataDirectory(dataDirectory);
  }
}

async function restoreBeneath(rounds, say) {
  const dataDirectory = await makeDataDirectory('proof');
  const directory = join(dataDirectory, 'postgres');
  const database = await startExternalDatabase(directory);
  const events = new Events();
  let platform;
  try {
    platform = await startPlatformProcess({ dataDirectory, databaseUrl: database.url });
    events.use(platform, platform.starter.keys.server);
    for (let round = 1; round <= rounds; round += 1) {
      await events.send(300);
      await untilLoaded(database.url);
      await database.stop();
      const restore = await backUp(await realpath(directory));
      await database.start();
      await events.send(LOST);
      await untilLoaded(database.url);
      await database.stop();
      await restore();
      await database.start();
      const taken = takenIn(round);
      await events.send(taken);
      await untilLoaded(database.url);
      say(`round ${round}: PostgreSQL restored beneath a running platform, ${LOST} events lost, ${taken} taken since`);
    }
    await platform.stop();
    const rows = await idsInWarehouse(dataDirectory);
    const isWhole = rows.ids === events.sent && rows.rows === events.sent;
    if (!isWhole || rows.largest !== eventIdOf(events.sent - 1)) {
      throw new Error(`${events.sent} expected: ${JSON.stringify(rows)}`);
    }
    say(`the warehouse has all ${events.sent} events that it had loaded or that were acknowledged since, each once`);
  } finally {
    await platform?.kill();
    await database.stop();
    await removeDataDirectory(dataDirectory);
  }
}

/** Fewer and more than were lost, in turn. */
function takenIn(round) {
  return round % 2 === 1 ? LOST + 300 : LOST - 200;
}

/** Copies the files of a server that is stopped; returns what puts the copy in their place. */
async function backUp(directory) {
  const copy = `${directory}-backup`;
  await run('cp', ['-a', directory, copy]);
  return async () => {
    await rm(directory, { recursive: true });
    await run('mv', [copy, directory]);
  };
}

/** Beneath the running platform, which makes it anew and fills it. */
async function deleteWarehouse(dataDirectory, say) {
  const path = join(dataDirectory, 'warehouse.duckdb');
  await rm(path);
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await stat(path).catch(() => undefined))) {
    if (Date.now() > deadline) throw new Error('The platform did not notice that its warehouse was deleted.');
    await sleep(POLL_MS);
  }
  say('the warehouse was deleted beneath the running platform, which noticed it');
}

/** Sends ever new events, each batch until it is acknowledged. */
class Events {
  sent = 0;
  #publisher;

  use(platform, key) {
    this.#publisher?.close();
    this.#publisher = openPublisher(platform.grpc, key);
  }

  async send(count) {
    for (const end = this.sent + count; this.sent < end; this.sent += BATCH_SIZE) {
      await this.#acknowledged(Array.from({ length: BATCH_SIZE }, (_, index) => eventOf(this.sent + index)));
    }
  }

  async #acknowledged(batch) {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        if (allStored(await this.#publisher.publish(batch))) return;
        throw new Error('The platform refused events.');
      } catch (error) {
        if (error.code !== status.UNAVAILABLE || Date.now() > deadline) throw error;
        await sleep(POLL_MS);
      }
    }
  }
}
