import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** The built command. */
export const COMMAND = fileURLToPath(new URL('../../bin/sortition.js', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Where it runs. Absent: where the tests do. */
  readonly cwd?: string;
  /** A program and its options that run the command, for example in a namespace of its own. */
  readonly within?: readonly string[];
}

/** Runs the built command to its end. */
export async function run(
  commandLine: readonly string[],
  { env = {}, input, cwd, within = [] }: RunOptions = {},
): Promise<Finished> {
  const [program = process.execPath, ...options] = [...within, process.execPath, COMMAND, ...commandLine];
  const child = spawn(program, options, { env: environmentWith(env), cwd, stdio: 'pipe' });
  child.stdin.end(input);
  const [stdout, stderr] = [collect(child, 'stdout'), collect(child, 'stderr')];
  await once(child, 'close');
  return { code: child.exitCode, stdout: stdout(), stderr: stderr() };
}

export interface Ready {
  readonly grpc: string;
  readonly http: string;
  readonly organization: string;
  readonly project: string;
  readonly environment: string;
  readonly keys: { readonly admin: string; readonly server: string; readonly client: string };
  readonly operatorToken: string;
}

/** A platform in a process of its own. */
export interface Running {
  /** Everything on standard output so far. */
  stdout(): string;
  /** Everything on standard error so far. */
  stderr(): string;
  /** Resolves with the exit code when it has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Sends the signal and waits for the end; returns the exit code, null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface Started extends Running {
  readonly ready: Ready;
}

/** Starts a platform and waits for its line. */
export async function start(
  dataDirectory: string,
  ports: { readonly grpc: number; readonly http: number } = { grpc: 0, http: 0 },
  env: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const ported = ['--grpc-port', String(ports.grpc), '--http-port', String(ports.http)];
  const running = await startUntil(['--data-dir', dataDirectory, ...ported, '--output', 'json'], '\n', env);
  return { ...running, ready: JSON.parse(running.stdout()) as Ready };
}

/** Starts a platform as a person would and waits for the last line that it prints. */
export async function startForPerson(dataDirectory: string): Promise<Running> {
  return startUntil(['--data-dir', dataDirectory, '--grpc-port', '0', '--http-port', '0'], 'Ctrl+C.\n');
}

async function startUntil(
  options: readonly string[],
  closing: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const child = spawn(process.execPath, [COMMAND, 'start', ...options], {
    env: environmentWith(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [collect(child, 'stdout'), collect(child, 'stderr')];
  const ended = once(child, 'close');
  while (!stdout().endsWith(closing)) {
    const next = await Promise.race([once(child.stdout, 'data'), ended.then(() => undefined)]);
    if (next === undefined) throw new Error(`The platform did not start: ${stderr()}`);
  }
  return {
    stdout,
    stderr,
    ended: ended.then(() => child.exitCode),
    async end(signal) {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

/** Settings of the machine must not reach into a test. */
function environmentWith(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(SORTITION_|NODE_OPTIONS$)/.test(name));
  return { ...Object.fromEntries(own), ...env };
}

function collect(child: ChildProcess, stream: 'stdout' | 'stderr'): () => string {
  let text = '';
  child[stream]?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return () => text;
}
