/** Sends batches over gRPC and reports to its parent; a process of its own, so that the server keeps its own core. */
import { performance } from 'node:perf_hooks';

import { credentials } from '@grpc/grpc-js';
import { events } from '@sortition/contracts';
import { v7 as uuidv7 } from 'uuid';

const [port, batches, batchSize, senders, warmUpBatches] = process.argv.slice(2).map(Number);
const client = new events.EventsServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());

const requests = Array.from({ length: batches + warmUpBatches }, (_, batch) => ({
  sentAt: new Date(),
  events: Array.from({ length: batchSize }, (__, index) => eventOf(batch * batchSize + index)),
}));

await sendAll(requests.splice(0, warmUpBatches));
const durations = [];
const started = performance.now();
await sendAll(requests, durations);
const seconds = (performance.now() - started) / 1_000;
durations.sort((a, b) => a - b);
const quantile = (share) => durations[Math.floor(durations.length * share)];
process.send({ perSecond: (batches * batchSize) / seconds, p50: quantile(0.5), p99: quantile(0.99) });
client.close();
process.disconnect();

async function sendAll(queue, times = []) {
  const send = async () => {
    for (let request = queue.shift(); request; request = queue.shift()) {
      const sentAt = performance.now();
      const { results } = await publish(request);
      times.push(performance.now() - sentAt);
      const refused = results.find(({ status }) => status !== events.EventStatus.ACCEPTED);
      if (refused) throw new Error(`An event was not accepted: ${JSON.stringify(refused)}`);
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
}

function publish(request) {
  return new Promise((resolve, reject) => {
    client.publishEvents(request, (error, response) => (error ? reject(error) : resolve(response)));
  });
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
