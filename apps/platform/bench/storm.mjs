/**
 * 10,000 snapshot streams from several processes lose their platform at once: it ends and starts again on the same port
 * and data, and a flag changes as soon as it serves. Recovered is when every stream is connected and holds the changed
 * state; nothing wrong may have been sent meanwhile, and whole providers among the streams answer all the time.
 * Needs more file descriptors than streams (ulimit -n). Environment: STREAMS, PROCESSES, PROVIDERS, FLAGS.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { credentials, Metadata } from '@grpc/grpc-js';
import { adminFlags, assignment } from '@sortition/contracts';

import { nowMs, startChild, startServer } from './fanout/child.mjs';

const STREAMS = Number(process.env.STREAMS ?? 10_000);
const PROCESSES = Number(process.env.PROCESSES ?? 4);
const PROVIDERS = Number(process.env.PROVIDERS ?? 40);
const FLAGS = Number(process.env.FLAGS ?? 100);
const LIMIT_S = 30;

const directory = await mkdtemp(join(tmpdir(), 'sortition-storm-'));
let platform = startServer('platform.mjs', FLAGS, 0, directory);
const { address, keys, flag } = await platform.next();
const port = address.slice(address.lastIndexOf(':') + 1);

const connecting = nowMs();
const children = Array.from({ length: PROCESSES }, () =>
  startChild('../storm/clients.mjs', address, keys.server, STREAMS / PROCESSES, PROVIDERS / PROCESSES),
);
await Promise.all(children.map((child) => child.next()));
const before = await stateAfter('');
await allHold(before);
console.log(
  `${STREAMS} streams and ${PROVIDERS} providers from ${PROCESSES} processes; connected in ${seconds(connecting)}`,
);

const lost = nowMs();
await platform.stop();
platform = startServer('platform.mjs', 0, port, directory);
await platform.next();
const serving = nowMs();
await changeFlag();
const states = await allHold(await stateAfter(before.contentHash));
const recovered = Math.max(...states.map(({ at }) => at));

const wrong = states.reduce((sum, state) => sum + state.wrong, 0);
const orders = new Set(states.flatMap(({ orders }) => orders));
const areAnswersRight = [...orders].every((order) => /^(0 )?1$/.test(order));
const evaluations = states.flatMap(({ answers }) => Object.values(answers)).reduce((sum, count) => sum + count, 0);
console.log(`platform away for            ${seconds(lost, serving)}`);
console.log(`recovered after it serves    ${seconds(serving, recovered)} (limit ${LIMIT_S} s)`);
console.log(`recovered after it was lost  ${seconds(lost, recovered)}`);
console.log(`wrong messages               ${wrong} ${states.flatMap(({ examples }) => examples).join('; ')}`);
console.log(`evaluations meanwhile        ${evaluations}, answers in order: ${[...orders].join(' | ')}`);

await Promise.all(children.map((child) => child.stop()));
await platform.stop();
await rm(directory, { recursive: true, force: true });
process.exit(wrong === 0 && areAnswersRight ? 0 : 1);

function seconds(from, to = nowMs()) {
  return `${((to - from) / 1_000).toFixed(1)} s`;
}

function allHold({ revision }) {
  for (const child of children) child.tell(String(revision));
  return Promise.all(children.map((child) => child.next()));
}

/** The served state as soon as its hash is another than `before`. */
async function stateAfter(before) {
  const client = new assignment.SnapshotServiceClient(address, credentials.createInsecure());
  let state = { contentHash: before };
  while (state.contentHash === before) {
    state = await call(client.getSnapshot.bind(client), { contentHash: before }, keys.server);
  }
  client.close();
  return state;
}

async function changeFlag() {
  const client = new adminFlags.FlagServiceClient(address, credentials.createInsecure());
  const unchanged = { enabled: true, rules: [], prerequisites: [], targets: [], offVariant: '', etag: '' };
  const flagConfiguration = { ...unchanged, name: flag, defaultVariant: 'one' };
  await call(
    client.updateFlagConfiguration.bind(client),
    { flagConfiguration, updateMask: ['default_variant'] },
    keys.admin,
  );
  client.close();
}

function call(method, request, key) {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${key}`);
  return new Promise((resolve, reject) => {
    method(request, metadata, (error, response) => (error ? reject(error) : resolve(response)));
  });
}
