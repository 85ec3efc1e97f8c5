/**
 * What loading costs, and whether it keeps up: first everything that is in the log as fast as it goes, then half of
 * what ingest takes at full speed, while it arrives.
 */
import { eventsBehind } from '../../proofs/lib/embedded-database.mjs';
import { secondsOf, secondsOfFamily } from './processor-time.mjs';

const BATCH_SIZE = 500;
const SECONDS = 10;

/**
 * @param full what ingest took at full speed, alone on the machine.
 * @param send sends a load and resolves with what came of it.
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
    const { p50, p99 } = await send({ batches, batchSize: BATCH_SIZE, perSecond });
    const left = await eventsBehind(admin);
    console.log(
      `half load beside the loader    ${whole(perSecond)} events/s; after ${SECONDS} s ${(left / perSecond).toFixed(1)} s behind; ` +
        `acknowledgement p50 ${p50?.toFixed(0)} ms, p99 ${p99?.toFixed(0)} ms`,
    );
  } finally {
    if (loader.connected) loader.disconnect();
  }
}

function whole(value) {
  return Math.round(value).toLocaleString('en-US').padStart(9);
}
