import { type FileHandle, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { DomainError } from '@sortition/kernel';

import { lockFile } from './file-lock.js';
import { isServerRunning, serverProcessOf } from './server-process.js';

/** The right to start a server on files that no other server uses. */
export interface ClaimedServerFiles {
  /** To be inherited by the server; undefined where files cannot be locked. */
  readonly lock: FileHandle | undefined;
  release(): Promise<void>;
}

/** How long the last processes of a server that was killed may take to notice. */
const LAST_PROCESSES_MS = 10_000;
const POLL_MS = 100;

/**
 * Makes sure that no server uses the directory. One of this machine that outlived its platform is stopped; one that runs
 * elsewhere holds the lock and is left alone.
 *
 * @throws DomainError DATABASE_UNAVAILABLE when a server runs elsewhere.
 */
export async function claimServerFiles(
  directory: string,
  lockPath: string,
  stop: () => Promise<void>,
  patienceMs = LAST_PROCESSES_MS,
): Promise<ClaimedServerFiles> {
  if (await isServerRunning(directory)) await stop();
  const deadline = Date.now() + patienceMs;
  let lock = await lockFile(lockPath);
  while (lock === 'taken' && Date.now() < deadline) {
    await pause(POLL_MS);
    lock = await lockFile(lockPath);
  }
  if (lock === 'taken') throw runsElsewhere(directory);
  if (lock === 'unsupported') return { lock: undefined, release: () => Promise.resolve() };
  // What a killed server left behind names a process that may by now be somebody else, and would keep it from starting.
  if ((await serverProcessOf(directory)) !== undefined) await rm(join(directory, 'postmaster.pid'), { force: true });
  return { lock: lock.file, release: () => lock.release() };
}

function runsElsewhere(directory: string): DomainError {
  return new DomainError(
    'unavailable',
    'DATABASE_UNAVAILABLE',
    `A PostgreSQL server outside this container uses ${directory}. Stop the container in which it runs first.`,
  );
}
