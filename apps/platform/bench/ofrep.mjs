/**
 * OFREP evaluations by the whole platform, of one flag and of 100, against a bare node:http server that answers with the
 * same bytes. Ratios are of requests per second of each server's own processor time, with both saturated.
 */
import { Buffer } from 'node:buffer';

import { startServer } from './fanout/child.mjs';
import { compareSaturated, printComparison } from './load/saturated.mjs';

const CONNECTIONS = 32;
/** "tested", "switch", and "flag-0" and on. */
const FLAGS = 100;

const body = JSON.stringify({
  context: { targetingKey: 'user-1234567', country: 'SE', plan: 'pro', version: '4.2.0', age: 31 },
});
const platform = startServer('platform.mjs', FLAGS - 1);
const { http, keys } = await platform.next();
const headers = { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${keys.server}` };

await compare('one flag', '/ofrep/v1/evaluate/flags/flag-0', ({ reason }) => reason === 'SPLIT');
await compare(`${FLAGS} flags`, '/ofrep/v1/evaluate/flags', ({ flags }) => flags.length === FLAGS);
await platform.stop();

async function compare(name, path, isRight) {
  const response = await globalThis.fetch(`${http}${path}`, { method: 'POST', headers, body });
  const answer = await response.text();
  if (!isRight(JSON.parse(answer))) throw new Error(`Unexpected answer: ${answer.slice(0, 500)}`);
  // node:http adds these by itself.
  const given = [...response.headers].filter(([header]) => !['connection', 'date', 'keep-alive'].includes(header));
  const bare = startServer('../load/bare-http.mjs', JSON.stringify(Object.fromEntries(given)), answer);
  const task = { headers, body, connections: CONNECTIONS };
  const bareUrl = `${(await bare.next()).http}${path}`;
  const comparison = await compareSaturated({
    'bare node:http': { server: bare, generator: 'http1.mjs', task: { ...task, url: bareUrl } },
    OFREP: { server: platform, generator: 'http1.mjs', task: { ...task, url: `${http}${path}` } },
  });
  console.log(
    `${name}: request ${Buffer.byteLength(body)} bytes, response ${Buffer.byteLength(answer)} bytes, ${CONNECTIONS} connections`,
  );
  printComparison(comparison, [['OFREP', 'bare node:http']]);
  await bare.stop();
}
