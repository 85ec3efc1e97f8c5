/**
 * Without its database, or with a full disk under it, ingest refuses cleanly, acknowledges nothing that it cannot keep,
 * and goes on by itself when the cause is gone. PostgreSQL runs outside the platform, which is never restarted here.
 *
 * 1. PostgreSQL is killed with `kill -9` and stays away for three seconds.
 * 2. Its disk, a file system in memory of 320 MB, is filled by another file until events are refused; then the file is
 *    removed. PostgreSQL may end itself when it cannot write its log ahead; like every service manager, the proof starts
 *    it again, and says so. Mounting needs root: without, this part is left out, and says so.
 */
import { Buffer } from 'node:buffer';
import { execFile } from 'node:child_process';
import { chmod, mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { status } from '@grpc/grpc-js';

import { makeDataDirectory, removeDataDirectory } from './lib/data-directory.mjs';
import { untilLoaded } from './lib/embedded-database.mjs';
import { startExternalDatabase } from './lib/external-database.mjs';
import { eventOf } from './lib/numbered-events.mjs';
import { allStored, detailsOf, openPublisher } from './lib/publisher.mjs';
import { startPlatformProcess } from './lib/start-platform.mjs';
import { idsInWarehouse } from './lib/warehouse-content.mjs';

const run = promisify(execFile);
const SENDERS = 4;
const BATCH_SIZE = 100;
const AWAY_MS = 3_000;
const DISK_MB = 320;
const RECOVERY_MS = 60_000;
const CLEAN = new Map([
  [status.UNAVAILABLE, 'UNAVAILABLE'],
  [status.RESOURCE_EXHAUSTED, 'RESOURCE_EXHAUSTED'],
]);

export async function prove({ rounds = 3 }, say) {
  await withPlatform(
    async (directory) => directory,
    say,
    async (database, load) => {
      for (let round = 1; round <= rounds; round += 1) {
        await load.until(() => load.acknowledgedSince() >= 10);
        await database.kill();
        await load.refusedFor(AWAY_MS);
        say(`database gone, round ${round}: ${load.summary()}`);
        await database.start();
        await load.recovers();
        say(`database back, round ${round}: events are acknowledged again`);
      }
    },
  );
  if (!(await canMount())) {
    say('SKIPPED, disk full: this process may not mount a file system');
    return;
  }
  await withPlatform(smallDisk, say, async (database, load, disk) => {
    for (let round = 1; round <= rounds; round += 1) {
      await load.until(() => load.acknowledgedSince() >= 10);
      await fill(disk);
      await load.until(() => load.refusedSince() >= 20);
      await load.refusedFor(1_000);
      say(`disk full, round ${round}: ${load.summary()}`);
      await rm(join(disk, 'ballast'));
      await sleep(1_000);
      if (!(await database.isRunning())) {
        say(`disk full, round ${round}: PostgreSQL had ended itself, it is started again`);
        await database.start();
      }
      await load.recovers();
      say(`disk free, round ${round}: events are acknowledged again`);
    }
  });
}

async function withPlatform(placeFor, say, work) {
  const dataDirectory = await makeDataDirectory('proof');
  const disk = await placeFor(dataDirectory);
  let database;
  let platform;
  let load;
  try {
    database = await startExternalDatabase(join(disk, 'external'), { max_wal_size: '64MB', min_wal_size: '32MB' });
    platform = await startPlatformProcess({ dataDirectory, databaseUrl: database.url });
    load = new Load(openPublisher(platform.grpc, platform.starter.keys.server));
    load.start();
    await work(database, load, disk);
    await load.stop();
    await untilLoaded(database.url);
    await platform.stop();
    platform = undefined;
    const { rows, ids } = await idsInWarehouse(dataDirectory);
    if (rows !== load.next || ids !== load.next || load.acknowledged !== load.next) {
      throw new Error(`${load.acknowledged} of ${load.next} acknowledged; ${rows} rows, ${ids} ids in the warehouse.`);
    }
    say(`${load.acknowledged} acknowledged ids are the ids in the warehouse, each once`);
  } finally {
    await load?.abandon();
    await platform?.kill();
    await database?.stop();
    if (disk !== dataDirectory) await run('umount', [disk]);
    await removeDataDirectory(dataDirectory);
  }
}

/** Sends batch after batch, each until it is acknowledged, and notes every answer. */
class Load {
  next = 0;
  acknowledged = 0;
  #answers = [];
  #isRunning = true;
  #isAbandoned = false;
  #sending;

  constructor(publisher) {
    this.publisher = publisher;
  }

  start() {
    this.#sending = Promise.all(Array.from({ length: SENDERS }, () => this.#send()));
    // Whoever waits for the load is told.
    this.#sending.catch((error) => (this.failure = error));
  }

  async stop() {
    this.#isRunning = false;
    await this.#sending;
    this.publisher.close();
  }

  /** Stops without waiting for what is not acknowledged. */
  async abandon() {
    this.#isAbandoned = true;
    await this.stop().catch(() => undefined);
  }

  acknowledgedSince() {
    return this.#answers.filter((answer) => answer === 'acknowledged').length;
  }

  refusedSince() {
    return this.#answers.length - this.acknowledgedSince();
  }

  /** Answers by kind since the last call. */
  summary() {
    const counts = new Map();
    for (const answer of this.#answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
    this.#answers = [];
    return [...counts].map(([answer, count]) => `${count} x ${answer}`).join(', ');
  }

  async until(isReached) {
    const deadline = Date.now() + RECOVERY_MS;
    while (!isReached()) {
      if (this.failure) throw this.failure;
      if (Date.now() > deadline) throw new Error(`Nothing came of it within ${RECOVERY_MS} ms: ${this.summary()}`);
      await sleep(20);
    }
  }

  /** Lets what was under way come to its end, then makes sure that nothing is acknowledged. */
  async refusedFor(durationMs) {
    await sleep(500);
    this.summary();
    await sleep(durationMs);
    if (this.failure) throw this.failure;
    if (this.acknowledgedSince() > 0) throw new Error(`Acknowledged without a place to keep it: ${this.summary()}`);
    if (this.refusedSince() === 0) throw new Error('Nothing was answered.');
  }

  async recovers() {
    this.summary();
    await this.until(() => this.acknowledgedSince() >= SENDERS * 2);
  }

  async #send() {
    while (this.#isRunning) {
      const first = this.next;
      this.next += BATCH_SIZE;
      const batch = Array.from({ length: BATCH_SIZE }, (_, index) => eventOf(first + index));
      while (!(await this.#isAcknowledged(batch))) {
        if (this.#isAbandoned) return;
        await sleep(50);
      }
      this.acknowledged += BATCH_SIZE;
    }
  }

  async #isAcknowledged(batch) {
    try {
      const results = await this.publisher.publish(batch);
      if (!allStored(results)) throw new Error(`An event was refused for good: ${JSON.stringify(results)}`);
      this.#answers.push('acknowledged');
      return true;
    } catch (error) {
      const { reason, retryAfterMs } = detailsOf(error);
      const name = CLEAN.get(error.code);
      if (name === undefined || reason === '' || retryAfterMs === undefined) {
        throw new Error(`Not a clean refusal: ${error.message} (reason "${reason}", retry ${retryAfterMs})`, {
          cause: error,
        });
      }
      this.#answers.push(`${name} ${reason} with RetryInfo`);
      return false;
    }
  }
}

async function canMount() {
  const directory = await makeDataDirectory('mount');
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory]);
    await run('umount', [directory]);
    return true;
  } catch {
    return false;
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function smallDisk(dataDirectory) {
  const disk = join(dataDirectory, 'disk');
  await mkdir(disk);
  await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m,mode=0755`, 'tmpfs', disk]);
  await chmod(disk, 0o755);
  return disk;
}

/** Leaves half a megabyte, or nothing when PostgreSQL writes at the same time. */
async function fill(disk) {
  const { bavail, bsize } = await statfs(disk);
  const ballast = Buffer.alloc(Math.max(0, bavail * bsize - 512 * 1024));
  await writeFile(join(disk, 'ballast'), ballast).catch((error) => {
    if (error.code !== 'ENOSPC') throw error;
  });
}
