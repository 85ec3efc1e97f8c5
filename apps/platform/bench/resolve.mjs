/**
 * Unary Resolve by the whole platform against a bare grpc-js echo of the same message sizes. The ratio is of calls per
 * second of each server's own processor time, with both saturated.
 */
import { Buffer } from 'node:buffer';

import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { assignment } from '@sortition/contracts';

import { startServer } from './fanout/child.mjs';
import { compareSaturated, printComparison } from './load/saturated.mjs';

const CONCURRENCY = 64;
/** "switch", and "flag-0", which is evaluated. */
const FLAGS = 2;
const RESOLVE = '/sortition.assignment.v1.AssignmentService/Resolve';

const context = { targetingKey: 'user-1234567', country: 'SE', plan: 'pro', version: '4.2.0', age: 31 };
const request = Buffer.from(assignment.ResolveRequest.encode({ flag: 'flag-0', context }).finish());

const platform = startServer('platform.mjs', FLAGS);
const { address, keys } = await platform.next();
const metadata = { authorization: `Bearer ${keys.server}` };
const response = await callOnce(address, RESOLVE);
const { decision } = assignment.ResolveResponse.decode(response);
if (decision?.reason !== assignment.Reason.SPLIT) throw new Error(`Unexpected decision: ${JSON.stringify(decision)}`);
const bare = startServer('../resolve/echo.mjs', response.length);
const bareAddress = (await bare.next()).address;

const target = (server, address, path) => ({
  server,
  generator: 'http2.mjs',
  task: { address, path, metadata, message: request.toString('base64'), concurrency: CONCURRENCY },
});
const comparison = await compareSaturated({
  'bare echo': target(bare, bareAddress, '/bench.Echo/Echo'),
  Resolve: target(platform, address, RESOLVE),
});
console.log(`request ${request.length} bytes, response ${response.length} bytes, ${CONCURRENCY} calls under way`);
printComparison(comparison, [['Resolve', 'bare echo']]);
await Promise.all([platform.stop(), bare.stop()]);

function callOnce(address, path) {
  const client = new Client(address, credentials.createInsecure());
  const headers = new Metadata();
  for (const [name, value] of Object.entries(metadata)) headers.set(name, value);
  const asIs = (bytes) => bytes;
  return new Promise((done, failed) => {
    client.makeUnaryRequest(path, asIs, asIs, request, headers, (error, answer) => {
      client.close();
      if (error) failed(error);
      else done(answer);
    });
  });
}
