/**
 * OFREP evaluation of one flag by the whole platform against a bare Fastify echo of the same request and response
 * sizes: both servers and the load generator in processes of their own, called in turns. Prints the ratio of
 * throughputs; it means something on a machine that does nothing else.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { startServer } from './fanout/child.mjs';

const ROUNDS = 7;
const REQUESTS = 10_000;
const WARM_UP_REQUESTS = 20_000;
const CONNECTIONS = 32;
/** "switch", and "flag-0", which is evaluated. */
const FLAGS = 2;
const LOAD = fileURLToPath(new URL('ofrep/load.mjs', import.meta.url));

const context = { targetingKey: 'user-1234567', country: 'SE', plan: 'pro', version: '4.2.0', age: 31 };
const body = JSON.stringify({ context });

const platform = startServer('platform.mjs', FLAGS);
const { http, keys } = await platform.next();
const headers = {
  'content-type': 'application/json; charset=utf-8',
  authorization: `Bearer ${keys.server}`,
};
const evaluation = { url: `${http}/ofrep/v1/evaluate/flags/flag-0`, headers, body };
const answer = await (await globalThis.fetch(evaluation.url, { method: 'POST', headers, body })).text();
if (JSON.parse(answer).reason !== 'SPLIT') throw new Error(`Unexpected evaluation: ${answer}`);
const bare = startServer('../ofrep/echo.mjs', answer);
const echo = { url: `${(await bare.next()).http}/echo`, headers, body };
const echoed = await (await globalThis.fetch(echo.url, { method: 'POST', headers, body })).text();
if (echoed.length !== answer.length) throw new Error(`The echo has ${echoed.length} bytes.`);

await load(evaluation, WARM_UP_REQUESTS);
await load(echo, WARM_UP_REQUESTS);
const rounds = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const results = new Map();
  for (const target of round % 2 === 0 ? [evaluation, echo] : [echo, evaluation]) {
    results.set(target, await load(target));
  }
  rounds.push({ evaluation: results.get(evaluation), echo: results.get(echo) });
}
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const row = (name, of) =>
  `${name.padEnd(12)}${median(rounds.map((round) => of(round).rate)).toFixed(0)} requests/s, p50 ${median(
    rounds.map((round) => of(round).p50),
  )} ms, p99 ${median(rounds.map((round) => of(round).p99))} ms`;
console.log(`request ${body.length} bytes, response ${answer.length} bytes, ${CONNECTIONS} connections`);
console.log(row('bare echo', (round) => round.echo));
console.log(row('OFREP', (round) => round.evaluation));
const ratio = median(rounds.map((round) => round.evaluation.rate / round.echo.rate));
console.log(`ratio       ${ratio.toFixed(2)} (median of ${ROUNDS} alternating rounds of ${REQUESTS} requests)`);
await Promise.all([platform.stop(), bare.stop()]);

async function load(target, amount = REQUESTS) {
  const task = JSON.stringify({ ...target, amount, connections: CONNECTIONS });
  const { stdout } = await promisify(execFile)(process.execPath, [LOAD, task]);
  return JSON.parse(stdout);
}
