/**
 * The platform takes millions of events, and loads them, in memory that does not grow. Prints, for each twentieth of
 * the load, how fast it was, what the process has in memory, and how far the loader is behind. Fails when JavaScript's
 * own memory (heap and buffers) is, at the median of the last quarter, more than a third above that of the second; the
 * resident size is printed too, and holds DuckDB's cache, whose limit is DuckDB's. Default: 10,000,000 events.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

import { makeDataDirectory, removeDataDirectory } from './lib/data-directory.mjs';
import { eventsBehind, superuserUrl, untilLoaded } from './lib/embedded-database.mjs';
import { startLoad } from './lib/start-load.mjs';
import { startPlatformProcess } from './lib/start-platform.mjs';
import { idsInWarehouse } from './lib/warehouse-content.mjs';

const PARTS = 20;
const BATCH_SIZE = 500;
const SENDERS = 8;
const GROWTH = 4 / 3;

export async function prove({ events = 10_000_000 }, say) {
  const part = Math.ceil(events / PARTS / BATCH_SIZE) * BATCH_SIZE;
  say(`${part * PARTS} events`);
  const dataDirectory = await makeDataDirectory('proof');
  const load = startLoad();
  let platform;
  try {
    platform = await startPlatformProcess({ dataDirectory });
    const databaseUrl = await superuserUrl(dataDirectory);
    const target = { address: platform.grpc, key: platform.starter.keys.server };
    const used = [];
    for (let index = 0; index < PARTS; index += 1) {
      const sending = load.run({
        ...target,
        batchSize: BATCH_SIZE,
        first: index * part,
        events: part,
        senders: SENDERS,
      });
      const samples = await samplesDuring(sending, platform);
      const { perSecond } = await sending;
      used.push(median(samples.map(({ heapUsed, external }) => heapUsed + external)));
      say(
        `${(index + 1) * part} events, ${Math.round(perSecond)} a second; heap and buffers ${mib(used.at(-1))}, ` +
          `resident ${mib(median(samples.map(({ rss }) => rss)))}, loader ${await behind(databaseUrl)} behind`,
      );
    }
    await untilLoaded(databaseUrl, 600_000);
    await platform.stop();
    platform = undefined;
    const { rows, ids } = await idsInWarehouse(dataDirectory);
    if (rows !== part * PARTS || ids !== rows) throw new Error(`The warehouse holds ${rows} rows, ${ids} ids.`);
    const quarter = PARTS / 4;
    const early = median(used.slice(quarter, 2 * quarter));
    const late = median(used.slice(-quarter));
    say(
      `heap and buffers: ${mib(early)} in the second quarter, ${mib(late)} in the last; ${rows} rows in the warehouse`,
    );
    if (late > early * GROWTH) throw new Error('Memory grew.');
  } finally {
    load.stop();
    await platform?.stop();
    await removeDataDirectory(dataDirectory);
  }
}

async function samplesDuring(sending, platform) {
  const samples = [];
  let isSending = true;
  const end = () => (isSending = false);
  sending.then(end, end);
  do {
    samples.push(await platform.memory());
    await sleep(250);
  } while (isSending);
  return samples;
}

async function behind(databaseUrl) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const events = await eventsBehind(client);
  await client.end();
  return events;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function mib(bytes) {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
