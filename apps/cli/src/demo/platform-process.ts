import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { DomainError } from '@sortition/kernel';

import { NODE_FLAGS } from '../node-flags.js';
import type { ReadyLine } from '../start/render-ready.js';

const COMMAND = fileURLToPath(new URL('../../bin/sortition.js', import.meta.url));

/** Longest time that stopping takes before the process is killed. */
const STOP_MS = 20_000;

/** A platform in a process of its own, started by `sortition start`. */
export interface PlatformProcess {
  readonly ready: ReadyLine;
  /** Stops it gracefully. Idempotent. */
  stop(): Promise<void>;
}

/** @throws DomainError with the platform's own last line when it does not become ready. */
export async function startPlatformProcess(dataDirectory: string): Promise<PlatformProcess> {
  const startArguments = [
    'start',
    '--data-dir',
    dataDirectory,
    '--grpc-port',
    '0',
    '--http-port',
    '0',
    '--output',
    'json',
  ];
  const child = spawn(process.execPath, [...NODE_FLAGS, COMMAND, ...startArguments], {
    // Over the channel it notices when the demo is gone, even when that was killed.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Ctrl+C at the terminal reaches the demo alone, which then stops the platform in order.
    detached: true,
  });
  const lastLine = keepLastLine(child);
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
  };
  try {
    return { ready: await readyLineOf(child, lastLine), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function keepLastLine(child: ChildProcess): () => string {
  let last = '';
  if (child.stderr) createInterface({ input: child.stderr }).on('line', (line) => (last = line.trim() || last));
  return () => last;
}

async function readyLineOf(child: ChildProcess, lastLine: () => string): Promise<ReadyLine> {
  if (child.stdout) {
    for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as ReadyLine;
  }
  throw new DomainError(
    'unavailable',
    'SHUTTING_DOWN',
    `The platform did not start: ${lastLine() || 'it said nothing'}`,
  );
}
