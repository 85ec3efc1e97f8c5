import { readdir } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';

import { Bench } from 'tinybench';

/**
 * Runs every `*.bench.mjs` of this folder. Such a file exports `title`, `baseline` and `tasks`; the baseline and each
 * task have a `name` and a `run` function, a task also a `targetMs`. Times of one file are printed beside the ratio to
 * its own baseline, measured in the same run. Times are processor time of this process, so that other work on the machine
 * does not count; alone on a machine it is at least the time on the clock. With arguments, runs only files whose name contains one of them.
 */
const wanted = process.argv.slice(2);
const files = (await readdir(new URL('.', import.meta.url))).filter(
  (file) => file.endsWith('.bench.mjs') && (wanted.length === 0 || wanted.some((part) => file.includes(part))),
);

console.log(
  `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}, load ${loadavg()[0]?.toFixed(1)}`,
);
for (const file of files.sort()) {
  const { title, baseline, tasks } = await import(new URL(file, import.meta.url).href);
  const bench = new Bench({
    time: 1000,
    warmupTime: 300,
    iterations: 5,
    warmupIterations: 2,
    throws: true,
    now: processorMs,
  });
  for (const { name, run } of [baseline, ...tasks]) bench.add(name, run);
  await bench.run();
  const medianOf = (name) => bench.getTask(name).result.latency.p50;
  const floor = medianOf(baseline.name);
  console.log(`\n${title}`);
  console.table([
    { task: `${baseline.name} (baseline)`, 'median cpu ms': rounded(floor), 'x baseline': 1 },
    ...tasks.map(({ name, targetMs }) => ({
      task: name,
      'median cpu ms': rounded(medianOf(name)),
      'x baseline': rounded(medianOf(name) / floor),
      ...(targetMs === undefined ? {} : { 'target ms': targetMs, met: medianOf(name) <= targetMs }),
    })),
  ]);
}

function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function rounded(value) {
  return Number(value.toPrecision(3));
}
