import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { DomainError } from '@sortition/kernel';
import type { Logger } from 'pino';

const STOP_TIMEOUT_MS = 15_000;
const POLL_MS = 50;

/**
 * Shuts down a PostgreSQL server that a killed platform left running on these files. The platform's own lock on the
 * data directory is held by the caller, so a server that still runs here has lost its platform.
 *
 * @throws DomainError INVALID_CONFIGURATION when the server does not stop.
 */
export async function stopOrphanedServer(databaseDirectory: string, logger: Logger): Promise<void> {
  const pid = await serverPid(databaseDirectory);
  if (pid === undefined || !isRunning(pid)) return;
  logger.warn({ pid }, 'stopping the PostgreSQL server of an earlier, killed start');
  // SIGINT is PostgreSQL's fast shutdown: open transactions roll back, committed ones are safe.
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isRunning(pid)) {
    if (Date.now() > deadline) {
      throw new DomainError(
        'failed-precondition',
        'INVALID_CONFIGURATION',
        `PostgreSQL (process ${String(pid)}) still uses ${databaseDirectory}. Stop it, or choose another directory with --data-dir.`,
      );
    }
    await sleep(POLL_MS);
  }
}

async function serverPid(databaseDirectory: string): Promise<number | undefined> {
  const content = await readFile(join(databaseDirectory, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const [pidLine, directoryLine] = content?.split('\n') ?? [];
  const pid = Number(pidLine);
  if (!Number.isInteger(pid) || pid <= 1 || directoryLine?.trim() !== databaseDirectory) return undefined;
  return (await isPostgres(pid)) ? pid : undefined;
}

/** After a reboot the pid may belong to a stranger; where the system tells, make sure that it is PostgreSQL. */
async function isPostgres(pid: number): Promise<boolean> {
  const command = await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => undefined);
  return command === undefined ? process.platform !== 'linux' : command.includes('postgres');
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
