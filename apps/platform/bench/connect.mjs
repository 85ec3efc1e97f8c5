/**
 * Resolve by the Connect protocol in JSON against the same call by gRPC, both to the whole platform, and in binary,
 * which passes through the server of the Connect library. Ratios are of the processor time of a call, with the server
 * saturated.
 */
import { Buffer } from 'node:buffer';

import { assignment } from '@sortition/contracts';

import { startServer } from './fanout/child.mjs';
import { compareSaturated, printComparison } from './load/saturated.mjs';

const CONCURRENCY = 32;
/** "switch", and "flag-0", which is evaluated. */
const FLAGS = 2;
const RESOLVE = '/sortition.assignment.v1.AssignmentService/Resolve';

const question = {
  flag: 'flag-0',
  context: { targetingKey: 'user-1234567', country: 'SE', plan: 'pro', version: '4.2.0', age: 31 },
};
const platform = startServer('platform.mjs', FLAGS);
const { address, http, keys } = await platform.next();
const authorization = `Bearer ${keys.server}`;
const headers = { 'content-type': 'application/json', authorization };
const body = JSON.stringify(question);
const answer = await (await globalThis.fetch(`${http}${RESOLVE}`, { method: 'POST', headers, body })).json();
if (answer.decision?.reason !== 'REASON_SPLIT') throw new Error(`Unexpected decision: ${JSON.stringify(answer)}`);

const bytes = Buffer.from(assignment.ResolveRequest.encode(question).finish());
const message = bytes.toString('base64');
const comparison = await compareSaturated({
  gRPC: {
    server: platform,
    generator: 'http2.mjs',
    task: { address, path: RESOLVE, metadata: { authorization }, message, concurrency: CONCURRENCY },
  },
  'Connect JSON': {
    server: platform,
    generator: 'http1.mjs',
    task: { url: `${http}${RESOLVE}`, headers, body, connections: CONCURRENCY },
  },
  'Connect binary': {
    server: platform,
    generator: 'http1.mjs',
    task: {
      url: `${http}${RESOLVE}`,
      headers: { 'content-type': 'application/proto', authorization },
      // The generator writes text; each byte of this message is an ASCII character.
      body: bytes.toString('ascii'),
      connections: CONCURRENCY,
    },
  },
});
console.log(`${CONCURRENCY} calls under way`);
printComparison(comparison, [
  ['Connect JSON', 'gRPC'],
  ['Connect binary', 'gRPC'],
]);
const json = comparison.ratio('gRPC', 'Connect JSON');
const binary = comparison.ratio('gRPC', 'Connect binary');
console.log(`processor time of a Connect JSON call / of a gRPC call: ${json.toFixed(2)} (target: at most 1.5)`);
console.log(`the same of a binary call, through the server of the library: ${binary.toFixed(2)}`);
await platform.stop();
