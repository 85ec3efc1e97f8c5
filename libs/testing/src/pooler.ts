import { spawn } from 'node:child_process';
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { serverUser } from '@sortition/embedded-postgres';

import { findProgram } from './find-program.js';
import { freePorts } from './free-ports.js';

/** PgBouncer in transaction mode: each transaction may run in another session of the server. */
export interface TestPooler {
  /** The connection string of the same database through the pooler. */
  through(databaseUrl: string): string;
  stop(): Promise<void>;
}

export interface TestPoolerOptions {
  /** Parameters that a connection may send at its start and that never reach the server; with others it is refused. */
  readonly droppedParameters?: readonly string[];
  /** Sessions of the server. */
  readonly size?: number;
}

const STARTUP_DEADLINE_MS = 10_000;
const POLL_MS = 25;

/** Where the program pgbouncer is; undefined when it is not installed. */
export function findPooler(): string | undefined {
  return findProgram('pgbouncer');
}

/** Starts a pooler before the server of the connection string, as whose user every session runs. */
export async function startTestPooler(
  serverUrl: string,
  { droppedParameters = [], size = 2 }: TestPoolerOptions = {},
): Promise<TestPooler> {
  const program = findPooler();
  if (program === undefined) throw new Error('There is no pgbouncer on this machine: apt-get install pgbouncer.');
  const { hostname, port: serverPort, username, password } = new URL(serverUrl);
  const directory = await mkdtemp(join(tmpdir(), 'sortition-pooler-'));
  const [port = 0] = await freePorts(1);
  const configuration = join(directory, 'pgbouncer.ini');
  await writeFile(
    configuration,
    [
      '[databases]',
      `* = host=${hostname} port=${serverPort} user=${username} password=${password}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${String(port)}`,
      'unix_socket_dir =',
      'auth_type = any',
      'pool_mode = transaction',
      `default_pool_size = ${String(size)}`,
      'max_client_conn = 200',
      ...(droppedParameters.length > 0 ? [`ignore_startup_parameters = ${droppedParameters.join(',')}`] : []),
      `logfile = ${join(directory, 'pgbouncer.log')}`,
      '',
    ].join('\n'),
  );
  // Like PostgreSQL, it refuses to run as root.
  const user = await serverUser();
  if (user) {
    await chmod(directory, 0o700);
    for (const path of [directory, configuration]) await chown(path, user.uid, user.gid);
  }
  const child = spawn(program, ['-q', configuration], { ...user, cwd: '/', stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const killWithParent = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithParent);
  const stop = async (): Promise<void> => {
    process.off('exit', killWithParent);
    child.kill('SIGKILL');
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  const deadline = Date.now() + STARTUP_DEADLINE_MS;
  while (!(await listens(port))) {
    await pause(POLL_MS);
    if (child.exitCode === null && Date.now() < deadline) continue;
    const log = await readFile(join(directory, 'pgbouncer.log'), 'utf8').catch(() => 'no log');
    await stop();
    throw new Error(`pgbouncer did not start: ${log}`);
  }
  return {
    through(databaseUrl) {
      const url = new URL(databaseUrl);
      url.hostname = '127.0.0.1';
      url.port = String(port);
      return url.href;
    },
    stop,
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
