/**
 * The provider through the OpenFeature SDK against a provider that does nothing, in the same process and in turns:
 * what an application pays for an in-process evaluation beyond what the SDK itself costs. Run: npm run bench -w providers/openfeature-server
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

import { Server, ServerCredentials } from '@grpc/grpc-js';
import { OpenFeature } from '@openfeature/server-sdk';
import { assignment, events } from '@sortition/contracts';

import { SortitionProvider } from '../dist/index.js';

const ROUNDS = 151;
const CALLS = 1_000;
const UNITS = 1_000;

const flag = (key, rules) => ({
  key,
  type: 'boolean',
  variants: [
    { key: 'off', value: false },
    { key: 'on', value: true },
  ],
  enabled: true,
  defaultVariant: 'off',
  rules,
});
const halves = {
  salt: 'bench',
  allocations: [
    { variant: 'off', weight: 500_000 },
    { variant: 'on', weight: 500_000 },
  ],
};
const condition = { attribute: 'country', in: ['SE', 'NO', 'DK'] };
const cases = {
  static: flag('static', []),
  'targeted split': flag('split', [{ key: 'half', condition, serve: { kind: 'split', split: halves } }]),
  experiment: flag('experiment', [
    { key: 'test', condition, serve: { kind: 'experiment', experiment: 'test', phase: 1, split: halves } },
  ]),
};

const server = await serve(Object.values(cases));
await OpenFeature.setProviderAndWait(
  'sortition',
  new SortitionProvider({ address: server.address, apiKey: 'sor_server' }),
);
await OpenFeature.setProviderAndWait('nothing', nothing());
const clients = { sortition: OpenFeature.getClient('sortition'), nothing: OpenFeature.getClient('nothing') };
const contexts = Array.from({ length: UNITS }, (_, unit) => ({
  targetingKey: `user-${unit}`,
  country: 'SE',
  plan: 'pro',
}));

for (const [name, { key }] of Object.entries(cases)) {
  const ratios = [];
  const costs = { sortition: [], nothing: [] };
  for (let round = -10; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? ['sortition', 'nothing'] : ['nothing', 'sortition'];
    const cost = {};
    for (const which of order) cost[which] = await microsecondsPerCall(clients[which], key);
    if (round < 0) continue;
    ratios.push(cost.sortition / cost.nothing);
    for (const which of order) costs[which].push(cost[which]);
  }
  console.log(
    `${name.padEnd(15)} ${median(costs.sortition).toFixed(1)} us a call, do-nothing ${median(costs.nothing).toFixed(1)} us, ratio ${median(ratios).toFixed(2)} (median of ${ROUNDS} alternating rounds)`,
  );
}
await OpenFeature.close();
server.stop();

async function microsecondsPerCall(client, key) {
  const started = process.hrtime.bigint();
  for (let call = 0; call < CALLS; call += 1) await client.getBooleanValue(key, false, contexts[call % UNITS]);
  return Number(process.hrtime.bigint() - started) / 1_000 / CALLS;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function nothing() {
  const answer = async (_key, value) => ({ value });
  return {
    metadata: { name: 'nothing' },
    runsOn: 'server',
    resolveBooleanEvaluation: answer,
    resolveStringEvaluation: answer,
    resolveNumberEvaluation: answer,
    resolveObjectEvaluation: answer,
  };
}

/** Serves one snapshot, and takes events without looking at them. */
async function serve(flags) {
  const none = { segments: [], lists: [], layers: [], holdouts: [] };
  const names = { organization: 'bench', project: 'bench', environment: 'bench' };
  const value = Buffer.from(JSON.stringify({ format: 1, ...names, revision: 1, flags, ...none }));
  const contentHash = createHash('sha256').update(value).digest('hex');
  const grpc = new Server();
  grpc.addService(assignment.SnapshotServiceService, {
    watchSnapshot: (call) => call.write({ update: { $case: 'full', value }, revision: 1, contentHash }),
    getSnapshot: (_call, callback) => callback(null, { full: value, revision: 1, contentHash }),
  });
  grpc.addService(events.EventsServiceService, {
    publishEvents: (_call, callback) => callback(null, { results: [] }),
  });
  const port = await new Promise((resolve, reject) => {
    grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, stop: () => grpc.forceShutdown() };
}
