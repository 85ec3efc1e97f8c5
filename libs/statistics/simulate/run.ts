import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import { matrix } from './grid/matrix.js';
import type { Finding } from './run-study.js';
import { chapters } from './studies/index.js';
import { chapterTable, introduction } from './table.js';
import type { Answer } from './worker.js';

/** Writes docs/simulation.md. `--only PATTERN` runs the studies whose name matches and prints them instead. */
const only = process.argv.includes('--only') ? process.argv.at(process.argv.indexOf('--only') + 1) : undefined;
const target = new URL('../../docs/simulation.md', import.meta.url);
const started = performance.now();

const tasks = chapters
  .flatMap(({ title, studies }) => studies.map((study) => ({ title, study })))
  .map((task, index) => ({ ...task, index, seed: 20_000 + 10 * index }))
  .filter(
    ({ title, study }) =>
      only === undefined ||
      new RegExp(only, 'u').test(`${title}: ${study.method}, ${study.metric}, ${study.adjustment}`),
  );
const waiting = [...tasks];
const findings = new Map<number, readonly Finding[]>();

await Promise.all(Array.from({ length: Math.min(availableParallelism(), tasks.length) }, work));
report();

/** One thread takes studies until none is left; each study has its own seed, so that the order does not matter. */
async function work(): Promise<void> {
  const worker = new Worker(new URL('worker.js', import.meta.url));
  for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
    const { title, study, index, seed } = task;
    const answer = await ask(worker, index, seed);
    const found = answer.map((tally, place) => ({ ...tally, study, measure: measureAt(study.measures, place) }));
    findings.set(index, found);
    const shares = found.map(({ share, verdict }) => `${share.toFixed(4)} ${verdict}`).join(', ');
    const place = `${seconds()} s, ${findings.size} of ${tasks.length}`;
    process.stderr.write(`${place}, ${title}: ${study.method}, ${study.metric}, ${study.adjustment}: ${shares}\n`);
  }
  await worker.terminate();
}

async function ask(worker: Worker, index: number, seed: number): Promise<Answer> {
  const answered = once(worker, 'message') as Promise<[Answer]>;
  worker.postMessage({ index, seed });
  const [answer] = await answered;
  return answer;
}

function report(): void {
  const sections = chapters.map(({ title, studies }) => {
    const found = tasks
      .filter(({ study }) => studies.includes(study))
      .flatMap(({ index }) => findings.get(index) ?? []);
    return found.length === 0 ? [] : [chapterTable(title, found)];
  });
  const found = [...findings.values()].flat();
  const document = [...introduction(), ...matrix(found), ...sections.flat()].join('\n');
  if (only === undefined) {
    mkdirSync(new URL('.', target), { recursive: true });
    writeFileSync(target, document);
  } else {
    process.stdout.write(document);
  }
  const failures = found.filter(({ verdict }) => verdict === 'fails');
  process.stderr.write(`${failures.length} measures outside their limits, ${seconds()} s in all\n`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

function measureAt<T>(measures: readonly T[], place: number): T {
  const measure = measures[place];
  if (measure === undefined) throw new Error(`a study gave an outcome ${place} that it has no measure for`);
  return measure;
}

function seconds(): string {
  return ((performance.now() - started) / 1000).toFixed(0);
}
