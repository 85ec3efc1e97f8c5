import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ENGINE = new URL('../../engine/', import.meta.url);

/** The real ClickHouse engine behind HTTP, in a process and a temporary directory of its own. */
export interface TestClickHouse {
  /** `clickhouse://…` of a database that nobody else uses. */
  newDatabaseUrl(): string;
  /** Kills the process as a power cut would, and starts another on the same files; the addresses change. */
  killAndStart(): Promise<void>;
  /** Stops it and deletes its files. */
  stop(): Promise<void>;
}

/** Whether the engine was installed: `npm run engine -w libs/plugins/warehouse-clickhouse`. */
export function isClickHouseInstalled(): boolean {
  return existsSync(new URL('node_modules/chdb/package.json', ENGINE));
}

/** Starts the engine; takes about a second. Stop it in `afterAll`. */
export async function startTestClickHouse(): Promise<TestClickHouse> {
  const directory = await mkdtemp(join(tmpdir(), 'sortition-clickhouse-'));
  let server = await start(directory);
  let databases = 0;
  return {
    newDatabaseUrl: () => `clickhouse://127.0.0.1:${server.port}/test_${String((databases += 1))}`,
    async killAndStart() {
      await server.kill();
      server = await start(directory);
    },
    async stop() {
      await server.kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function start(directory: string): Promise<{ readonly port: string; kill(): Promise<void> }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('server.mjs', ENGINE)), directory], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [port] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(([code]) => Promise.reject(new Error(`The ClickHouse engine ended with ${String(code)}.`))),
  ])) as [string];
  return {
    port,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
