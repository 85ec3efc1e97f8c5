import { performance } from 'node:perf_hooks';

import fc from 'fast-check';

import { PROPERTIES } from '../dist/testing/properties.js';

const runs = Number(process.env.FUZZ_RUNS ?? 1_000_000);
const titles = Object.keys(PROPERTIES);
const numRuns = Math.ceil(runs / titles.length);

for (const [title, property] of Object.entries(PROPERTIES)) {
  const start = performance.now();
  fc.assert(property, { numRuns });
  console.log(`${numRuns} runs in ${((performance.now() - start) / 1000).toFixed(0)} s: ${title}`);
}
