/**
 * One tenant at fifty times its quota does not slow another down. A quiet tenant sends small batches on time; in every
 * round first alone on the platform, then beside a tenant that keeps to its quota, then beside one that sends fifty
 * times as much. Senders run in processes of their own, but on the same machine: so that their own work is not taken
 * for the platform's, as much is sent in the first two thirds of a round too, to a bare server that refuses everything.
 * The quiet tenant's p99 over all rounds must not be more than 20% higher beside the loud one than alone: they take
 * turns, so that what else the machine does falls on all; rounds are short, so that few are lost to it. What the quota
 * admits is shown between them, not judged. A round in which a hypervisor took processor time away is not counted and
 * repeated, whatever came of it. With `--untimed` nothing is judged by its time. Default: 45 rounds.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import pg from 'pg';

import { appDataSource } from '../dist/runtime/database/app-data-source.js';
import { TypeormTenantDatabase } from '../dist/runtime/database/typeorm-tenant-database.js';
import { insertApiKey, insertOrganization } from '../dist/runtime/testing/tenants.js';
import { makeDataDirectory, removeDataDirectory } from './lib/data-directory.mjs';
import { superuserUrl } from './lib/embedded-database.mjs';
import { startLoad } from './lib/start-load.mjs';
import { startPlatformProcess } from './lib/start-platform.mjs';
import { watchStolenTime } from './lib/stolen-time.mjs';

const QUOTA = 500;
const EXCESS = 50;
const SECONDS = 2;
const QUIET = { batchSize: 5, perSecond: 400 };
const MODEST = { batchSize: 250, perSecond: QUOTA };
const LOUD = { batchSize: 250, perSecond: QUOTA * EXCESS };
const ALLOWED = 1.2;
/** Share of the machine's processor time that may be taken away in a round. */
const MAX_STOLEN = 0.01;
/** Attempts for each round before even a disturbed one counts. */
const PATIENCE = 4;

export async function prove({ rounds = 45, untimed = false }, say) {
  const dataDirectory = await makeDataDirectory('proof');
  const quiet = startLoad();
  const modest = startLoad();
  const loud = startLoad();
  const refusing = fork(fileURLToPath(new URL('lib/refusing-server.mjs', import.meta.url)));
  let platform;
  try {
    platform = await startPlatformProcess({ dataDirectory, eventsPerSecond: 2_000 });
    const loudKey = await makeTenant(await superuserUrl(dataDirectory), 'loud', QUOTA);
    const [nowhere] = await once(refusing, 'message');
    let first = 0;
    const send = (sender, key, load, address = platform.grpc) => {
      first += 1_000_000;
      return sender.run({ address, key, ...load, first, seconds: SECONDS });
    };
    const quietKey = platform.starter.keys.server;
    await Promise.all([send(quiet, quietKey, QUIET), send(loud, loudKey, LOUD)]);
    const times = { alone: [], within: [], beside: [] };
    for (let round = 1, attempts = 1; round <= rounds; attempts += 1) {
      const stolen = watchStolenTime();
      const [alone] = await Promise.all([send(quiet, quietKey, QUIET), send(loud, loudKey, LOUD, nowhere)]);
      const [within] = await Promise.all([
        send(quiet, quietKey, QUIET),
        send(modest, loudKey, MODEST),
        send(loud, loudKey, LOUD, nowhere),
      ]);
      const [beside, excess] = await Promise.all([send(quiet, quietKey, QUIET), send(loud, loudKey, LOUD)]);
      for (const { taken, sent } of [alone, within, beside]) {
        if (taken.length !== sent) throw new Error('The quiet tenant was refused.');
      }
      const { taken, sent } = excess;
      if (taken.length > sent / 10) throw new Error(`The loud tenant got ${taken.length} of ${sent} in.`);
      const share = stolen();
      if (!untimed && share > MAX_STOLEN && attempts < rounds * PATIENCE) {
        say(`${(share * 100).toFixed(1)}% of the processor time was taken from this machine, again`);
        continue;
      }
      times.alone.push(...alone.taken);
      times.within.push(...within.taken);
      times.beside.push(...beside.taken);
      say(
        `round ${round}: ${shown(alone.taken)} alone, ${shown(within.taken)} beside a tenant within its quota, ` +
          `${shown(beside.taken)} beside ${sent - taken.length} refused batches`,
      );
      round += 1;
    }
    const [alone, within, beside] = [times.alone, times.within, times.beside].map((all) => quantile(all, 0.99));
    const ratio = beside / alone;
    say(
      `all rounds: ${shown(times.alone)} alone, ${shown(times.within)} beside a tenant within its quota, ` +
        `${shown(times.beside)} beside one at ${EXCESS} x its quota`,
    );
    say(
      `p99 beside it: ${ratio.toFixed(2)} x that alone, ${(beside / within).toFixed(2)} x that within the quota, ` +
        `of ${times.alone.length} batches each`,
    );
    if (!untimed && ratio > ALLOWED) {
      throw new Error(`The quiet tenant's p99 rose by more than ${Math.round((ALLOWED - 1) * 100)}%.`);
    }
  } finally {
    quiet.stop();
    modest.stop();
    loud.stop();
    refusing.disconnect();
    await platform?.stop();
    await removeDataDirectory(dataDirectory);
  }
}

function shown(times) {
  return `p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms`;
}

function quantile(times, share) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * share)];
}

/** An organization with a quota of its own; returns a key of it. */
async function makeTenant(databaseUrl, name, eventsPerSecond) {
  const source = await appDataSource(databaseUrl, []).initialize();
  const owner = new pg.Client({ connectionString: databaseUrl });
  await owner.connect();
  try {
    const database = new TypeormTenantDatabase(source);
    const organization = await insertOrganization(database, name);
    // Tenants do not set their quotas; who owns the tables does.
    await owner.query('UPDATE organization SET events_per_second = $1 WHERE id = $2', [
      eventsPerSecond,
      organization.id,
    ]);
    return (await insertApiKey(database, organization, 'server')).credential;
  } finally {
    await owner.end();
    await source.destroy();
  }
}
