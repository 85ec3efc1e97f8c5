/**
 * How events arrive changes nothing. One platform gets every event once, in order and in time. Another gets the same
 * events shuffled, each one to four times, and half of them only three days later; it is stopped in between, as its
 * clock is moved by starting it again. Both warehouses must hold the same rows. When a row was received is the one
 * thing that differs, and is left out. Default: 20,000 events.
 */
import { createHash } from 'node:crypto';

import { makeDataDirectory, removeDataDirectory } from './lib/data-directory.mjs';
import { superuserUrl, untilLoaded } from './lib/embedded-database.mjs';
import { eventOf } from './lib/numbered-events.mjs';
import { allStored, openPublisher } from './lib/publisher.mjs';
import { randomOf } from './lib/random.mjs';
import { startPlatformProcess } from './lib/start-platform.mjs';
import { readWarehouse } from './lib/warehouse-content.mjs';

const BATCH_SIZE = 250;
const DELAY_MS = 3 * 24 * 60 * 60 * 1_000;
const MAX_COPIES = 4;

export async function prove({ events = 20_000, seed = Date.now() % 1_000_000 }, say) {
  say(`${events} events, --seed ${seed}`);
  const random = randomOf(seed);
  const startMs = Date.now() - events;
  const numbers = Array.from({ length: events }, (_, number) => number);
  const inTime = numbers.filter(() => random() < 0.5);
  const isInTime = new Set(inTime);
  const late = numbers.filter((number) => !isInTime.has(number));

  const plain = await contentAfter([{ numbers, clockShiftMs: 0 }], startMs);
  say(`in order, once, in time: ${plain.rows} rows, ${plain.digest.slice(0, 16)}`);
  const messy = await contentAfter(
    [
      { numbers: shuffled(repeated(inTime, random), random), clockShiftMs: 0 },
      // What arrived in time is repeated three days later, too.
      { numbers: shuffled(repeated(late.concat(inTime.slice(0, 1_000)), random), random), clockShiftMs: DELAY_MS },
    ],
    startMs,
  );
  say(
    `shuffled, repeated, half of it 3 days late: ${messy.sent} sent, ${messy.rows} rows, ${messy.digest.slice(0, 16)}`,
  );
  if (plain.rows !== events) throw new Error(`The warehouse holds ${plain.rows} rows of ${events} events.`);
  if (messy.digest !== plain.digest) throw new Error('The warehouses differ.');
  say('the warehouses hold the same rows');
}

async function contentAfter(phases, startMs) {
  const dataDirectory = await makeDataDirectory('proof');
  try {
    let sent = 0;
    for (const { numbers, clockShiftMs } of phases) {
      await send(dataDirectory, numbers, startMs, clockShiftMs);
      sent += numbers.length;
    }
    return { sent, ...(await contentOf(dataDirectory)) };
  } finally {
    await removeDataDirectory(dataDirectory);
  }
}

async function send(dataDirectory, numbers, startMs, clockShiftMs) {
  const platform = await startPlatformProcess({ dataDirectory, clockShiftMs });
  try {
    const publisher = openPublisher(platform.grpc, platform.starter.keys.server);
    for (let first = 0; first < numbers.length; first += BATCH_SIZE) {
      const batch = numbers.slice(first, first + BATCH_SIZE);
      // The sender's clock is right: it is the platform's.
      const sentAt = new Date(Date.now() + clockShiftMs);
      const results = await publisher.publish(
        batch.map((number) => eventOf(number, new Date(startMs + number))),
        sentAt,
      );
      if (!allStored(results)) throw new Error(`An event was refused: ${JSON.stringify(results)}`);
    }
    publisher.close();
    await untilLoaded(await superuserUrl(dataDirectory));
  } finally {
    await platform.stop();
  }
}

async function contentOf(dataDirectory) {
  const rows = [
    ...(await readWarehouse(
      dataDirectory,
      `SELECT event_id::VARCHAR AS id, epoch_ms(time)::DOUBLE AS time, flag, variant, rule, experiment, phase,
         unit_attribute, unit
       FROM exposures ORDER BY event_id`,
    )),
    ...(await readWarehouse(
      dataDirectory,
      `SELECT event_id::VARCHAR AS id, epoch_ms(time)::DOUBLE AS time, name, value, units::VARCHAR AS units, properties
       FROM events ORDER BY event_id`,
    )),
  ];
  const digest = createHash('sha256');
  for (const row of rows) digest.update(JSON.stringify(row)).update('\n');
  return { rows: rows.length, digest: digest.digest('hex') };
}

function repeated(numbers, random) {
  return numbers.flatMap((number) => new Array(1 + Math.floor(random() * MAX_COPIES)).fill(number));
}

/** Fisher and Yates. */
function shuffled(numbers, random) {
  const result = [...numbers];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}
