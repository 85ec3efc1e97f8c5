import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

import Table from 'cli-table3';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const COMMAND = fileURLToPath(new URL('../bin/sortition.js', import.meta.url));
const ROUNDS = 5;
const VISITORS = Number(process.argv[2] ?? 50_000);

/** Milliseconds until the process prints a line on standard output; then it is asked to stop. */
async function untilFirstLine(program, parameters) {
  const startedAt = performance.now();
  const child = spawn(program, parameters, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const elapsed = performance.now() - startedAt;
  process.kill(-child.pid, 'SIGTERM');
  await exited;
  return elapsed;
}

async function medianOf(measure) {
  const values = [];
  for (let round = 0; round < ROUNDS; round += 1) values.push(await measure());
  return values.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
}

const directory = await mkdtemp(join(tmpdir(), 'sortition-bench-'));
const start = ['--data-dir', join(directory, 'data'), '--grpc-port', '0', '--http-port', '0', '--output', 'json'];
const table = new Table({ head: ['measure', 'seconds', 'target', 'x an empty node process'] });
const add = (measure, milliseconds, target, baseline) =>
  table.push([measure, (milliseconds / 1_000).toFixed(2), target, (milliseconds / baseline).toFixed(0)]);

try {
  process.stderr.write('measuring starts\n');
  const baseline = await medianOf(() =>
    untilFirstLine(process.execPath, ['-e', 'console.log(1); setTimeout(() => {}, 1e4)']),
  );
  add('empty node process', baseline, '', baseline);
  add('first start', await untilFirstLine('npm', ['start', '--silent', '--', ...start]), '', baseline);
  add(
    `later npm start, median of ${ROUNDS}`,
    await medianOf(() => untilFirstLine('npm', ['start', '--silent', '--', ...start])),
    '<= 5',
    baseline,
  );
  process.stderr.write(`measuring the demo with ${VISITORS} visitors\n`);
  add(
    `demo, ${VISITORS} visitors`,
    await untilFirstLine(process.execPath, [COMMAND, 'demo', '--visitors', String(VISITORS), '--output', 'json']),
    '<= 60',
    baseline,
  );
  process.stdout.write(`${table.toString()}\n`);
} finally {
  await rm(directory, { recursive: true, force: true });
}
