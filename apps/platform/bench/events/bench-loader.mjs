/**
 * What loading costs, and whether it keeps up: first everything that is in the log as fast as it goes, then half of
 * what ingest takes at full speed, while it arrives.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { eventsBehind } from '../../proofs/lib/embedded-database.mjs';
import { secondsOf, secondsOfFamily } from './processor-time.mjs';

const BATCH_SIZE = 500;
const SECONDS = 20;

/**
 * @param full what ingest took at full speed, alone on the machine.
 * @param send sends a load and resolves with what came of it; runs its second parameter meanwhile.
 */
export async function benchLoader({ databaseUrl, postgresPid, directory, admin, start, messageOf, send, full }) {
  const loader = start('loader.mjs', databaseUrl, directory);
  try {
    await messageOf(loader);
    const events = await eventsBehind(admin);
    const before = secondsOf(loader.pid) + secondsOfFamily(postgresPid);
    loader.send('load');
    const { seconds } = await messageOf(loader);
    const used = secondsOf(loader.pid) + secondsOfFamily(postgresPid) - before;
    const rate = events / seconds;
    console.log(`loader, all that is in the log  ${whole(rate)} events/s, ${whole(events / used)} a second and core`);
    console.log(`ratio to PublishEvents               ${(rate / full.perSecond).toFixed(2)} by the clock`);

    const perSecond = full.perSecond / 2;
    const batches = Math.round((perSecond * SECONDS) / BATCH_SIZE);
    const lags = [];
    const load = { batches, batchSize: BATCH_SIZE, perSecond };
    const { p50, p99 } = await send(load, async () => {
      for (let second = 0; second < SECONDS; second += SECONDS / 4) {
        await sleep((SECONDS / 4) * 1_000);
        lags.push(`${((await eventsBehind(admin)) / perSecond).toFixed(1)} s`);
      }
    });
    console.log(
      `half load beside the loader    ${whole(perSecond)} events/s for ${SECONDS} s; ${lags.join(', ')} behind at each quarter; ` +
        `acknowledgement p50 ${p50?.toFixed(0)} ms, p99 ${p99?.toFixed(0)} ms`,
    );
  } finally {
    if (loader.connected) loader.disconnect();
  }
}

function whole(value) {
  return Math.round(value).toLocaleString('en-US').padStart(9);
}
