/**
 * Requests per second of a server's own processor time, measured while the server has work all the time. A ratio by the
 * clock says nothing of a server that waits for its load generator.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { percentile } from '../fanout/child.mjs';

/** Least share of a round in which the server's main thread ran, or waited for a processor that another had. */
const LEAST_BUSY = 0.9;

/**
 * Loads the servers in turns and returns, by name, the medians over the rounds: `perCore` (requests per second of the
 * server's processor time, all its threads), `perSecond` (by the clock), `p50Ms`, `p99Ms` and `busy`; and `ratio(a, b)`,
 * the median of the rounds' ratios of `perCore`. Throws when a server was idle for more than a tenth of the time.
 * `targets`: name -> { server, generator: 'http1.mjs' | 'http2.mjs', task }.
 */
export async function compareSaturated(targets, { rounds = 7, ms = 2_000 } = {}) {
  const names = Object.keys(targets);
  for (const name of names) await load(targets[name], 2 * ms);
  const measured = [];
  for (let round = 0; round < rounds; round += 1) {
    const results = {};
    for (const name of round % 2 === 0 ? names : names.toReversed()) results[name] = await measure(targets[name], ms);
    measured.push(results);
  }
  const median = (of) => percentile(measured.map(of), 0.5);
  const summary = {};
  for (const name of names) {
    summary[name] = Object.fromEntries(
      ['perCore', 'perSecond', 'p50Ms', 'p99Ms', 'busy'].map((figure) => [
        figure,
        median((round) => round[name][figure]),
      ]),
    );
    if (summary[name].busy < LEAST_BUSY) {
      throw new Error(
        `${name} had work during ${(summary[name].busy * 100).toFixed(0)}% of the time only: no ratio comes of that. The load generator needs a processor of its own.`,
      );
    }
  }
  return { summary, ratio: (a, b) => median((round) => round[a].perCore / round[b].perCore) };
}

/** Prints a row for each server and the ratios of those named. */
export function printComparison({ summary, ratio }, ratios) {
  const width = Math.max(...Object.keys(summary).map((name) => name.length));
  for (const [name, { perCore, perSecond, p50Ms, p99Ms, busy }] of Object.entries(summary)) {
    console.log(
      `${name.padEnd(width)}  ${perCore.toFixed(0)} per second of its processor time, ${perSecond.toFixed(0)} per second by the clock, p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, busy ${(busy * 100).toFixed(0)}%`,
    );
  }
  for (const [a, b] of ratios) console.log(`${a} / ${b}, per core: ${ratio(a, b).toFixed(2)}`);
}

async function measure(target, ms) {
  const before = target.server.processor();
  const { requests, seconds, p50Ms, p99Ms } = await load(target, ms);
  const after = target.server.processor();
  const usedSeconds = (after.usedMs - before.usedMs) / 1_000;
  return {
    perCore: requests / usedSeconds,
    perSecond: requests / seconds,
    p50Ms,
    p99Ms,
    busy: (after.runnableMs - before.runnableMs) / 1_000 / seconds,
  };
}

async function load({ generator, task }, ms) {
  const file = fileURLToPath(new URL(generator, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file, JSON.stringify({ ...task, ms })]);
  return JSON.parse(stdout);
}
