/** A bench process that prints one JSON value a line and ends with its standard input. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { COMMAND_FLAGS } from '../../proofs/lib/command-flags.mjs';

/** A program that serves, with the flags that the command runs with. */
export function startServer(file, ...args) {
  return start(COMMAND_FLAGS, file, args);
}

export function startChild(file, ...args) {
  return start([], file, args);
}

function start(flags, file, args) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(
    process.execPath,
    [...flags, ...(process.env.NODE_ARGS ?? '').split(' ').filter(Boolean), path, ...args.map(String)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async next() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${file} ended early.`);
      return JSON.parse(value);
    },
    /** CPU time that it has used, in milliseconds; NaN where the system does not tell. */
    cpuMs: () => cpuMsOf(child.pid),
    /** The same as `usedMs`; and how long its main thread ran or waited for a processor, in ms. */
    processor: () => ({ usedMs: cpuMsOf(child.pid), runnableMs: runnableMsOf(child.pid) }),
    tell: (line) => child.stdin.write(`${line}\n`),
    /** Ends it the way a crash does. */
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}

export const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function cpuMsOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name in brackets; user and system time are the fields 14 and 15, in ticks of 10 ms.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return NaN;
  }
}

function runnableMsOf(pid) {
  try {
    // Nanoseconds on a processor and waiting for one.
    const [ranNs, waitedNs] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ').map(Number);
    return (ranNs + waitedNs) / 1e6;
  } catch {
    return NaN;
  }
}
