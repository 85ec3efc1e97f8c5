import { performance } from 'node:perf_hooks';

const SAMPLE_MS = 4;
const SAMPLES = 40;

/**
 * Nanoseconds a call of each subject: the best of many short samples, taken in turn, so that whatever else the machine
 * does falls on all of them alike. A call gets its number.
 */
export async function nanosecondsPerCall(subjects) {
  const runs = [];
  for (const [name, { call, isAsync }] of Object.entries(subjects)) {
    let iterations = 1;
    let elapsed = await run(call, iterations, isAsync);
    while (elapsed < SAMPLE_MS && iterations < 1e7) {
      iterations *= 2;
      elapsed = await run(call, iterations, isAsync);
    }
    runs.push({ name, call, isAsync, iterations, best: Infinity });
  }
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    for (const each of runs) {
      if (sample > 3 && each.best > 50) continue;
      each.best = Math.min(each.best, await run(each.call, each.iterations, each.isAsync));
    }
  }
  return Object.fromEntries(runs.map(({ name, iterations, best }) => [name, (best / iterations) * 1e6]));
}

/**
 * Keeps results alive, so that no call is optimized away.
 *
 * @public
 */
export let sink = 0;

async function run(call, iterations, isAsync) {
  const start = performance.now();
  if (isAsync) for (let index = 0; index < iterations; index += 1) sink += (await call(index)) ? 1 : 0;
  else for (let index = 0; index < iterations; index += 1) sink += call(index) ? 1 : 0;
  return performance.now() - start;
}
