/**
 * What writes cost in projects of 10 to 10,000 flags with two environments: one toggle of a flag, and an `apply` of the
 * whole project, by real RPCs. Flags are evaluated over OFREP and by Resolve in the same process: idle, while a flag of
 * 10,000 is toggled, and while a declaration of 10,000 flags is applied to one project and another is toggled. Prints
 * medians and the ratio of each size to 100 flags.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { Metadata, credentials } from '@grpc/grpc-js';
import { assignment } from '@sortition/contracts';

import { AdminCalls } from './admin-writes/admin-calls.mjs';
import { declarationOf } from './admin-writes/declaration-of.mjs';
import { nowMs, percentile, startServer } from './fanout/child.mjs';

const SIZES = [10, 100, 1_000, 10_000];
const TOGGLES = 120;
const PAUSE_MS = 20;

const platform = startServer('platform.mjs', 2);
const { address, http, keys } = await platform.next();
const calls = new AdminCalls(address, keys.admin);

const resolver = new assignment.AssignmentServiceClient(address, credentials.createInsecure());
const serverMetadata = new Metadata();
serverMetadata.set('authorization', `Bearer ${keys.server}`);
const toggleMs = new Map();
for (const size of SIZES) {
  const project = await calls.newProject(`flags-${size}`);
  const started = nowMs();
  await calls.apply(project, declarationOf(size));
  const seconds = (nowMs() - started) / 1_000;
  const times = await toggles(project, TOGGLES);
  toggleMs.set(size, percentile(times, 0.5));
  console.log(
    `${String(size).padStart(6)} flags: apply ${seconds.toFixed(2)} s; toggle p50 ${percentile(times, 0.5).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms, ${(toggleMs.get(size) / (toggleMs.get(100) ?? toggleMs.get(size))).toFixed(2)} x that of 100 flags`,
  );
}

const idle = await evaluationsWhile(sleep(5_000));
const toggled = await evaluationsWhile(toggles('projects/flags-10000', TOGGLES));
report(`while a flag of ${SIZES.at(-1)} is toggled`, toggled);
const busy = await calls.newProject('busy');
const applied = calls.apply(busy, declarationOf(10_000));
const [while_, others] = await Promise.all([evaluationsWhile(applied), togglesWhile('projects/flags-100', applied)]);
report('while 10,000 flags are applied to another project', while_);
console.log(
  `  others' toggles meanwhile: p50 ${percentile(others, 0.5).toFixed(0)} ms, p99 ${percentile(others, 0.99).toFixed(0)} ms (${others.length})`,
);
calls.close();
resolver.close();
await platform.stop();

async function toggles(project, count) {
  const times = [];
  for (let toggle = 0; toggle < count; toggle += 1) {
    const started = nowMs();
    await calls.toggle(project, `flag-${toggle % 10}`, toggle % 20 < 10);
    times.push(nowMs() - started);
  }
  return times.slice(20);
}

async function togglesWhile(project, until) {
  const times = [];
  let isOver = false;
  const over = until.then(() => (isOver = true));
  for (let toggle = 0; !isOver; toggle += 1) {
    const started = nowMs();
    await calls.toggle(project, `flag-${toggle % 10}`, toggle % 20 < 10);
    times.push(nowMs() - started);
    await sleep(PAUSE_MS);
  }
  await over;
  return times;
}

/** The times of evaluations beside what is under way, and how they compare with those of an idle platform. */
function report(what, times) {
  for (const [door, measured] of Object.entries(times)) {
    const [p50, p99] = [0.5, 0.99].map((share) => percentile(measured, share));
    const ratio = p99 / percentile(idle[door], 0.99);
    console.log(`${what}: ${door} p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${ratio.toFixed(1)} x idle`);
  }
}

async function evaluationsWhile(until) {
  const [ofrep, resolve] = await Promise.all([timesWhile(until, evaluateByOfrep), timesWhile(until, resolveFlag)]);
  return { OFREP: ofrep, Resolve: resolve };
}

async function timesWhile(until, evaluate) {
  const times = [];
  let isOver = false;
  const over = until.then(() => (isOver = true));
  while (!isOver) {
    const started = nowMs();
    await evaluate();
    times.push(nowMs() - started);
    await sleep(2);
  }
  await over;
  return times;
}

async function evaluateByOfrep() {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${keys.server}` };
  const body = JSON.stringify({ context: { targetingKey: 'user-1', country: 'SE' } });
  const response = await globalThis.fetch(`${http}/ofrep/v1/evaluate/flags/flag-0`, {
    method: 'POST',
    headers,
    body,
  });
  await response.text();
  if (response.status !== 200) throw new Error(`OFREP answered ${response.status}.`);
}

async function resolveFlag() {
  const request = { flag: 'flag-0', context: { targetingKey: 'user-1', country: 'SE' } };
  await calls.call(resolver.resolve.bind(resolver), assignment.ResolveRequest.fromPartial(request), serverMetadata);
}
