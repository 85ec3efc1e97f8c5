/**
 * Sends batches in a process of its own. Its parent sends `{ address, key, batchSize, first, events, senders }` to send
 * so many events as fast as they are acknowledged, or `{ address, key, batchSize, first, perSecond, seconds }` for a
 * load that does not wait for answers; the answer tells what came of it. A batch is encoded once, and only the ids in
 * it are changed, so that the sender costs little beside the server.
 */
import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { events } from '@sortition/contracts';

import { eventIdOf, eventOf } from './numbered-events.mjs';

const PUBLISH = '/sortition.events.v1.EventsService/PublishEvents';
const MAX_RETRY_MS = 1_000;
const asIs = (bytes) => bytes;

process.on('message', (load) => {
  void run(load).then((result) => process.send(result));
});
process.once('disconnect', () => process.exit(0));

async function run(load) {
  const client = new Client(load.address, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${load.key}`);
  const template = templateOf(load.batchSize);
  const send = (first) =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(PUBLISH, asIs, asIs, batchFrom(template, first), metadata, (error, bytes) =>
        error ? reject(error) : resolve(bytes),
      );
    });
  try {
    return load.perSecond === undefined ? await inTurns(load, send) : await onTime(load, send);
  } finally {
    client.close();
  }
}

/** Sends everything, each batch until it is taken. */
async function inTurns({ first, events: count, batchSize, senders }, send) {
  let next = first;
  const started = performance.now();
  const work = async () => {
    while (next < first + count) {
      const batch = next;
      next += batchSize;
      for (let isTaken = false; !isTaken;) isTaken = await isTakenBy(send, batch);
    }
  };
  await Promise.all(Array.from({ length: senders }, work));
  return { perSecond: count / ((performance.now() - started) / 1_000) };
}

async function isTakenBy(send, batch) {
  try {
    await send(batch);
    return true;
  } catch (error) {
    if (error.code !== status.RESOURCE_EXHAUSTED) throw error;
    await sleep(Math.random() * MAX_RETRY_MS);
    return false;
  }
}

/** Every batch has its moment, and is counted from it. */
async function onTime({ first, batchSize, perSecond, seconds }, send) {
  const everyMs = (batchSize / perSecond) * 1_000;
  // The first batch of a key is authenticated against the database, and not counted.
  await send(first).catch(() => undefined);
  const started = performance.now();
  const answers = [];
  for (let index = 1; index * everyMs < seconds * 1_000; index += 1) {
    const due = started + index * everyMs;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    const answer = send(first + index * batchSize).then(
      () => performance.now() - due,
      (error) => (error.code === status.RESOURCE_EXHAUSTED ? undefined : Promise.reject(error)),
    );
    answers.push(answer);
  }
  const times = await Promise.all(answers);
  return { sent: times.length, taken: times.filter((time) => time !== undefined) };
}

/** An encoded batch and where its ids lie. */
function templateOf(size) {
  const batch = { sentAt: new Date(), events: Array.from({ length: size }, (_, number) => eventOf(number)) };
  const bytes = Buffer.from(events.PublishEventsRequest.encode(batch).finish());
  const places = Array.from({ length: size }, (_, number) => bytes.indexOf(eventIdOf(number)));
  return { bytes, places };
}

function batchFrom({ bytes, places }, first) {
  const batch = Buffer.from(bytes);
  for (const [index, place] of places.entries()) batch.write(eventIdOf(first + index), place, 'latin1');
  return batch;
}
