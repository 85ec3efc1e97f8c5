/**
 * Unary Resolve by the whole platform against a bare grpc-js echo of the same message sizes: both servers in processes
 * of their own, called in turns by this one, which does the same work for both. Prints the ratio of throughputs.
 */
import { Buffer } from 'node:buffer';

import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { assignment } from '@sortition/contracts';

import { startServer } from './fanout/child.mjs';

const ROUNDS = 7;
const CALLS = 2_000;
const CONCURRENCY = 64;
/** "switch", and "flag-0", which is evaluated. */
const FLAGS = 2;
const RESOLVE = '/sortition.assignment.v1.AssignmentService/Resolve';

const context = { targetingKey: 'user-1234567', country: 'SE', plan: 'pro', version: '4.2.0', age: 31 };
const request = Buffer.from(assignment.ResolveRequest.encode({ flag: 'flag-0', context }).finish());

const platform = startServer('platform.mjs', FLAGS);
const { address, keys } = await platform.next();
const resolve = caller(address, RESOLVE, keys.server);
const response = await resolve();
const { decision } = assignment.ResolveResponse.decode(response);
if (decision?.reason !== assignment.Reason.SPLIT) throw new Error(`Unexpected decision: ${JSON.stringify(decision)}`);
const bare = startServer('../resolve/echo.mjs', response.length);
const echo = caller((await bare.next()).address, '/bench.Echo/Echo', keys.server);

await rate(resolve);
await rate(echo);
const rounds = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const first = round % 2 === 0 ? [resolve, echo] : [echo, resolve];
  const rates = new Map();
  for (const call of first) rates.set(call, await rate(call));
  rounds.push({ resolve: rates.get(resolve), echo: rates.get(echo) });
}
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
console.log(`request ${request.length} bytes, response ${response.length} bytes, ${CONCURRENCY} calls under way`);
console.log(`bare echo   ${median(rounds.map((round) => round.echo)).toFixed(0)} calls/s`);
console.log(`Resolve     ${median(rounds.map((round) => round.resolve)).toFixed(0)} calls/s`);
console.log(
  `ratio       ${median(rounds.map((round) => round.resolve / round.echo)).toFixed(2)} (median of ${ROUNDS} alternating rounds)`,
);
await Promise.all([platform.stop(), bare.stop()]);
process.exit(0);

async function rate(call) {
  let left = CALLS;
  const started = process.hrtime.bigint();
  const worker = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return CALLS / (Number(process.hrtime.bigint() - started) / 1e9);
}

function caller(address, path, credential) {
  const client = new Client(address, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${credential}`);
  const asIs = (bytes) => bytes;
  return () =>
    new Promise((done, failed) => {
      client.makeUnaryRequest(path, asIs, asIs, request, metadata, (error, answer) =>
        error ? failed(error) : done(answer),
      );
    });
}
