/** Starts the platform in a child process and knows how to end it, politely or not. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { COMMAND_FLAGS } from './command-flags.mjs';

const SCRIPT = fileURLToPath(new URL('platform-process.mjs', import.meta.url));

export async function startPlatformProcess(options) {
  const child = spawn(process.execPath, [...COMMAND_FLAGS, SCRIPT, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // Its input breaks when it is killed.
  child.stdin.on('error', () => undefined);
  const errors = [];
  child.stderr.setEncoding('utf8').on('data', (text) => errors.push(text));
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line'),
    exited.then(([code]) => Promise.reject(new Error(`The platform ended with ${code}: ${errors.join('')}`))),
  ]);
  return {
    ...JSON.parse(line),
    pid: child.pid,
    async memory() {
      child.stdin.write('\n');
      const [usage] = await once(lines, 'line');
      return JSON.parse(usage);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.stdin.end();
      const [code] = await exited;
      if (code !== 0) throw new Error(`The platform stopped with ${code}: ${errors.join('')}`);
    },
  };
}
