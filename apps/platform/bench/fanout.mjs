/**
 * From an administrator's change to the changed evaluation in 1,000 connected in-process providers, spread over some
 * processes. Each change goes through the whole platform: gRPC, PostgreSQL, notice, snapshot stream, provider. In turns
 * with a bare grpc-js server that writes a message of the same size to as many bare streams: what no platform can beat.
 * Environment: PROVIDERS, PROCESSES, FLAGS, ROUNDS.
 */
import { credentials, Metadata } from '@grpc/grpc-js';
import { adminFlags } from '@sortition/contracts';

import { nowMs, percentile, startChild, startServer } from './fanout/child.mjs';

const PROVIDERS = Number(process.env.PROVIDERS ?? 1_000);
const PROCESSES = Number(process.env.PROCESSES ?? 4);
const FLAGS = Number(process.env.FLAGS ?? 100);
const ROUNDS = Number(process.env.ROUNDS ?? 20);
const WARM_UP = 3;
/** About the size of a change to one flag. */
const MESSAGE_BYTES = 512;

const platform = startServer('platform.mjs', FLAGS);
const { address, keys, flag } = await platform.next();
const connecting = nowMs();
const children = Array.from({ length: PROCESSES }, () =>
  startChild('providers.mjs', address, keys.server, PROVIDERS / PROCESSES),
);
await Promise.all(children.map((child) => child.next()));
console.log(
  `${PROVIDERS} in-process providers in ${PROCESSES} processes, ${FLAGS} flags; all ready after ${((nowMs() - connecting) / 1000).toFixed(1)} s`,
);

const bare = startServer('bare-server.mjs', MESSAGE_BYTES);
const bareAddress = (await bare.next()).address;
const bareChildren = Array.from({ length: PROCESSES }, () =>
  startChild('bare-clients.mjs', bareAddress, PROVIDERS / PROCESSES),
);
await Promise.all(bareChildren.map((child) => child.next()));

const admin = new adminFlags.FlagServiceClient(address, credentials.createInsecure());
const metadata = new Metadata();
metadata.set('authorization', `Bearer ${keys.admin}`);
const calls = [];
const sinceCall = [];
const sinceAnswer = [];
const sinceWrite = [];
let wrong = 0;
let usedBefore = used();
for (let round = 1; round <= WARM_UP + ROUNDS; round += 1) {
  const seen = Promise.all(children.map((child) => child.next()));
  const called = nowMs();
  await change(round % 2 === 0 ? 'zero' : 'one');
  const answered = nowMs();
  const all = (await seen).flat();
  const bareSeen = Promise.all(bareChildren.map((child) => child.next()));
  const written = nowMs();
  bare.tell('write');
  const allBare = (await bareSeen).flat();
  wrong += all.filter(({ value }) => value !== round % 2).length;
  if (round === WARM_UP) usedBefore = used();
  if (round <= WARM_UP) continue;
  calls.push(answered - called);
  for (const { at } of allBare) sinceWrite.push(at - written);
  for (const { at } of all) {
    sinceCall.push(at - called);
    sinceAnswer.push(at - answered);
  }
}
row('the admin call itself', calls);
row('call sent -> evaluation changed', sinceCall);
row('call answered -> evaluation changed', sinceAnswer);
row('bare grpc-js: written -> received', sinceWrite);
console.log(`ratio to bare, call answered            p50 ${ratio(0.5)}, p99 ${ratio(0.99)}`);
const usedNow = used();
const perChange = (which) => `${((usedNow[which] - usedBefore[which]) / ROUNDS).toFixed(0)} ms`;
console.log(
  `CPU time of a change                   platform ${perChange('platform')}, providers ${perChange('providers')} together; bare server ${perChange('bareServer')}, bare clients ${perChange('bareClients')}`,
);
console.log(`${ROUNDS} changes, ${wrong} evaluations with a wrong value`);

admin.close();
await Promise.all([...children, ...bareChildren, bare].map((child) => child.stop()));
await platform.stop();
process.exit(wrong === 0 ? 0 : 1);

function used() {
  const together = (processes) => processes.reduce((sum, child) => sum + child.cpuMs(), 0);
  return {
    platform: platform.cpuMs(),
    providers: together(children),
    bareServer: bare.cpuMs(),
    bareClients: together(bareChildren),
  };
}

function ratio(share) {
  return (percentile(sinceAnswer, share) / percentile(sinceWrite, share)).toFixed(2);
}

function row(name, values) {
  const at = (share) => `${percentile(values, share).toFixed(0)} ms`;
  console.log(`${name.padEnd(38)} first ${at(0)}, p50 ${at(0.5)}, p99 ${at(0.99)}, last ${at(1)}`);
}

function change(defaultVariant) {
  const flagConfiguration = {
    name: flag,
    defaultVariant,
    enabled: true,
    rules: [],
    prerequisites: [],
    targets: [],
    offVariant: '',
    etag: '',
  };
  return new Promise((resolve, reject) => {
    admin.updateFlagConfiguration(
      { flagConfiguration, updateMask: ['default_variant'] },
      metadata,
      (error, response) => (error ? reject(error) : resolve(response)),
    );
  });
}
