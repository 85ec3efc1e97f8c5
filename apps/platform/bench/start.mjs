/**
 * A later start of the command: processor seconds of its process until it says that it serves, and its memory at rest,
 * with every role and with the assignment role alone on the same database. Embedded PostgreSQL is processes of its own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { COMMAND_FLAGS } from '../proofs/lib/command-flags.mjs';
import { percentile } from './fanout/child.mjs';

const COMMAND = fileURLToPath(new URL('../../cli/bin/sortition.js', import.meta.url));
const ROUNDS = 5;
const REST_MS = 3_000;

const directory = await mkdtemp(join(tmpdir(), 'sortition-bench-'));
try {
  // The first start makes the database.
  await (await start()).stop();
  report('every role', await measure());
  const serving = await start();
  report('assignment alone', await measure(await databaseOf(directory), ['--roles', 'assignment']));
  await serving.stop();
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function measure(variables, options) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = await start(variables, options);
    const processorSeconds = await processorSecondsOf(started.pid);
    await sleep(REST_MS);
    rounds.push({ processorSeconds, ...(await memoryOf(started.pid)) });
    await started.stop();
  }
  return (figure) =>
    percentile(
      rounds.map((round) => round[figure]),
      0.5,
    );
}

function report(name, of) {
  console.log(
    `${name}: ready after ${of('processorSeconds').toFixed(2)} s of its processor time, at rest ${of('residentMiB').toFixed(0)} MiB resident, of which ${of('ownMiB').toFixed(0)} MiB are no files (medians of ${ROUNDS})`,
  );
}

async function start(variables = {}, options = []) {
  const ports = ['--grpc-port', '0', '--http-port', '0', '--output', 'json'];
  const place = ['--data-dir', 'SORTITION_DATABASE_URL' in variables ? join(directory, 'other') : directory];
  const child = spawn(process.execPath, [...COMMAND_FLAGS, COMMAND, 'start', ...place, ...ports, ...options], {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const { done } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (done) throw new Error('The command ended before it served.');
  return {
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function processorSecondsOf(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // After the name in brackets; user and system time are the fields 14 and 15, in ticks of 10 ms.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function memoryOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mebibytesOf = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1_024;
  return { residentMiB: mebibytesOf('VmRSS'), ownMiB: mebibytesOf('RssAnon') };
}

/** The embedded database of a platform that runs, which another may use as its own. */
async function databaseOf(dataDirectory) {
  const password = await readFile(join(dataDirectory, 'postgres-password'), 'utf8');
  const server = await readFile(join(dataDirectory, 'postgres', 'postmaster.pid'), 'utf8');
  const port = server.split('\n')[3];
  return { SORTITION_DATABASE_URL: `postgres://postgres:${password.trim()}@127.0.0.1:${port}/sortition` };
}
