import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { findProgram } from './find-program.js';
import { freePorts } from './free-ports.js';

/** NATS servers with JetStream of their own, in a temporary directory. */
export interface TestNats {
  readonly nodes: readonly TestNatsNode[];
  /** `nats://host:port[,host:port…]` of all nodes. */
  readonly url: string;
  /** Kills the servers and deletes their files. */
  stop(): Promise<void>;
}

export interface TestNatsNode {
  /** As JetStream names it, for example as the leader of a stream. */
  readonly name: string;
  /** `host:port` for clients. */
  readonly address: string;
  /** Where the files of its streams lie, a directory each, by name. */
  readonly streams: string;
  /** Of the process; undefined while it is killed. */
  readonly pid: number | undefined;
  /** Ends the process with SIGKILL and resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts the process on the same files and ports again and resolves when JetStream serves. */
  restart(): Promise<void>;
}

export interface TestNatsOptions {
  /** 1 (default), or 3 for a cluster. */
  readonly nodes?: 1 | 3;
}

interface NodeFiles {
  readonly name: string;
  readonly config: string;
  readonly store: string;
  readonly log: string;
  readonly port: number;
  readonly monitorPort: number;
}

const STARTUP_DEADLINE_MS = 20_000;
const START_ATTEMPTS = 3;
const POLL_MS = 25;

/** Where the program nats-server is; undefined when it is not installed. */
export function findNatsServer(): string | undefined {
  return findProgram('nats-server');
}

/** Starts servers; a single one takes a tenth of a second, a cluster some seconds. Stop them in `afterAll`. */
export async function startTestNats({ nodes = 1 }: TestNatsOptions = {}): Promise<TestNats> {
  const program = findNatsServer();
  if (program === undefined) throw new Error('There is no nats-server on this machine: apt-get install nats-server.');
  for (let attempt = 1; ; attempt += 1) {
    const directory = await mkdtemp(join(tmpdir(), 'sortition-nats-'));
    const started = (await writeConfigurations(directory, nodes)).map((files) => new NatsNode(program, files));
    const stop = async (): Promise<void> => {
      await Promise.all(started.map((node) => node.kill()));
      await rm(directory, { recursive: true, force: true });
    };
    try {
      await Promise.all(started.map((node) => node.restart()));
      return { nodes: started, url: `nats://${started.map(({ address }) => address).join(',')}`, stop };
    } catch (error) {
      await stop();
      // Somebody may have taken a port between its choice and its use.
      if (attempt === START_ATTEMPTS) throw error;
    }
  }
}

class NatsNode implements TestNatsNode {
  readonly name: string;
  readonly address: string;
  readonly streams: string;
  private child: ChildProcess | undefined;

  constructor(
    private readonly program: string,
    private readonly files: NodeFiles,
  ) {
    this.name = files.name;
    this.streams = join(files.store, 'jetstream', '$G', 'streams');
    this.address = `127.0.0.1:${String(files.port)}`;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  async restart(): Promise<void> {
    const child = spawn(this.program, ['-c', this.files.config, '-l', this.files.log], { stdio: 'ignore' });
    this.child = child;
    const killWithParent = (): void => void child.kill('SIGKILL');
    process.once('exit', killWithParent);
    child.once('exit', () => process.off('exit', killWithParent));
    const deadline = Date.now() + STARTUP_DEADLINE_MS;
    while (!(await this.serves())) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`nats-server did not start: ${await readFile(this.files.log, 'utf8').catch(() => 'no log')}`);
      }
      await pause(POLL_MS);
    }
  }

  /** Healthy means in a cluster that a leader is known and this node has caught up with it. */
  private async serves(): Promise<boolean> {
    const url = `http://127.0.0.1:${String(this.files.monitorPort)}/healthz`;
    return fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

async function writeConfigurations(directory: string, count: number): Promise<readonly NodeFiles[]> {
  const ports = await freePorts(count * 3);
  const routes = ports.slice(0, count).map((port) => `nats://127.0.0.1:${String(port)}`);
  return Promise.all(
    routes.map(async (_route, index) => {
      const name = `node-${String(index + 1)}`;
      const [routePort, port = 0, monitorPort = 0] = [index, index + count, index + 2 * count].map((at) => ports[at]);
      const config = join(directory, `${name}.conf`);
      const store = join(directory, name);
      const lines = [
        `server_name: ${name}`,
        `listen: "127.0.0.1:${String(port)}"`,
        `http: "127.0.0.1:${String(monitorPort)}"`,
        `jetstream { store_dir: "${store}", max_mem: 256MB, max_file: 2GB }`,
        count === 1
          ? ''
          : `cluster { name: test, listen: "127.0.0.1:${String(routePort)}", routes: [${routes.map((route) => `"${route}"`).join(', ')}] }`,
      ];
      await writeFile(config, `${lines.join('\n')}\n`);
      return { name, config, store, log: join(directory, `${name}.log`), port, monitorPort };
    }),
  );
}
