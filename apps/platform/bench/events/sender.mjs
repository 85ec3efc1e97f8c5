/**
 * Sends batches over gRPC in a process of its own, so that its processor time is not counted with the server's. What it
 * sends is encoded before the clock starts. Arguments: port. Its parent sends `{ batches, batchSize, senders }`, or
 * `{ batches, batchSize, perSecond }` for a load that does not wait for answers; each is answered with `ready`, and after `go` with what came of it.
 */
import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client, credentials, status } from '@grpc/grpc-js';
import { events } from '@sortition/contracts';
import { v7 as uuidv7 } from 'uuid';

const PUBLISH = '/sortition.events.v1.EventsService/PublishEvents';
const client = new Client(`127.0.0.1:${process.argv[2]}`, credentials.createInsecure());

let begin;

process.on('message', (message) => {
  if (message === 'go') begin();
  else void run(message).then((result) => process.send(result));
});
process.once('disconnect', () => client.close());

async function run({ batches, batchSize, senders, perSecond }) {
  const requests = Array.from({ length: batches }, (_, batch) => encodedBatch(batch * batchSize, batchSize));
  await new Promise((resolve) => {
    begin = resolve;
    process.send('ready');
  });
  const started = performance.now();
  const times = senders ? await inTurns(requests, senders) : await onTime(requests, (batchSize / perSecond) * 1_000);
  const seconds = (performance.now() - started) / 1_000;
  times.sort((a, b) => a - b);
  const quantile = (share) => times[Math.floor(times.length * share)];
  return { perSecond: (batches * batchSize) / seconds, p50: quantile(0.5), p99: quantile(0.99) };
}

async function inTurns(requests, senders) {
  const times = [];
  let next = 0;
  const send = async () => {
    while (next < requests.length) {
      const request = requests[next++];
      const sentAt = performance.now();
      await publish(request);
      times.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
  return times;
}

/** Every batch has its moment; a late one is counted from that moment on, not from when it could be sent. */
async function onTime(requests, everyMs) {
  const started = performance.now();
  const pending = [];
  for (const [index, request] of requests.entries()) {
    const due = started + index * everyMs;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    const answered = publish(request).then(
      () => performance.now() - due,
      // Refused for want of room: it would have waited for ever.
      (error) => (error.code === status.RESOURCE_EXHAUSTED ? Number.POSITIVE_INFINITY : Promise.reject(error)),
    );
    pending.push(answered);
  }
  return Promise.all(pending);
}

async function publish(request) {
  const response = await new Promise((resolve, reject) => {
    const asIs = (bytes) => bytes;
    client.makeUnaryRequest(PUBLISH, asIs, asIs, request, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });
  // An accepted event's result has 40 bytes; every other is longer, or means that something was left out.
  const { length } = response;
  if (length !== request.eventCount * 42) {
    const { results } = events.PublishEventsResponse.decode(response);
    const refused = results.find(({ status }) => status !== events.EventStatus.ACCEPTED);
    throw new Error(`Not every event was accepted: ${JSON.stringify(refused)}, ${length} bytes.`);
  }
}

function encodedBatch(first, size) {
  const batch = { sentAt: new Date(), events: Array.from({ length: size }, (_, index) => eventOf(first + index)) };
  const bytes = Buffer.from(events.PublishEventsRequest.encode(batch).finish());
  return Object.assign(bytes, { eventCount: size });
}

function eventOf(number) {
  const unit = `user-${number % 50_000}`;
  const payload =
    number % 2 === 0
      ? {
          $case: 'exposure',
          value: {
            flag: 'checkout-button',
            variant: number % 4 === 0 ? 'control' : 'green',
            rule: 'experiment',
            experiment: 'green-button',
            phase: 1,
            unitAttribute: 'targetingKey',
            unit,
          },
        }
      : {
          $case: 'tracked',
          value: {
            name: 'purchase',
            units: { targetingKey: unit },
            value: number % 97,
            properties: { currency: 'EUR' },
          },
        };
  return { id: uuidv7(), time: new Date(), payload };
}
