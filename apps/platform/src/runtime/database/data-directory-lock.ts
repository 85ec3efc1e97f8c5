import { realpath, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { type FileLock, lockFile } from '@sortition/embedded-postgres';
import { DomainError } from '@sortition/kernel';

import { lockBySocket } from './socket-lock.js';

const LOCK_FILE = 'platform.lock';

/**
 * Holds the data directory for this process, in the directory itself: wherever another start keeps its temporary files,
 * and in whichever container that shares the volume it runs, it finds the directory in use. The operating system lets
 * go of it at the very moment the process ends, also by a kill, so the next start need not wait for a lock to grow
 * stale. A lock on a file covers what a socket does not, and the other way round: network file systems, and machines
 * without the program flock.
 *
 * @returns the function that releases it.
 * @throws DomainError INVALID_CONFIGURATION when another running platform holds it, or nobody can tell.
 */
export async function lockDataDirectory(dataDirectory: string): Promise<() => Promise<void>> {
  const directory = await realpath(dataDirectory);
  const path = join(directory, LOCK_FILE);
  const file = await lockFile(path);
  if (file === 'taken') throw inUse(dataDirectory, await readFile(path, 'utf8').catch(() => ''));
  const socket = await lockBySocket(directory);
  if (socket === 'taken' || (socket === 'unsupported' && file === 'unsupported')) {
    if (file !== 'unsupported') await file.release();
    throw socket === 'taken' ? inUse(dataDirectory, '') : cannotBeLocked(dataDirectory);
  }
  if (file !== 'unsupported') await introduce(file);
  return async () => {
    if (socket !== 'unsupported') await socket();
    if (file !== 'unsupported') await file.release();
  };
}

/** Leaves in the file who holds it, for the message to whoever finds it taken. */
async function introduce({ file }: FileLock): Promise<void> {
  await file.truncate();
  await file.write(`process ${String(process.pid)} on ${hostname()}\n`);
}

function inUse(dataDirectory: string, holder: string): DomainError {
  const who = holder.trim() === '' ? '' : ` (${holder.trim().slice(0, 100)})`;
  return new DomainError(
    'failed-precondition',
    'INVALID_CONFIGURATION',
    `Another running platform${who} uses the data directory ${dataDirectory}. Stop it, or choose another with --data-dir.`,
    { violations: [{ field: 'dataDirectory', description: `"${dataDirectory}" is in use` }] },
  );
}

function cannotBeLocked(dataDirectory: string): DomainError {
  return new DomainError(
    'failed-precondition',
    'INVALID_CONFIGURATION',
    `The data directory ${dataDirectory} cannot be locked: its file system has neither sockets nor, with the program flock, file locks. Choose another with --data-dir.`,
    { violations: [{ field: 'dataDirectory', description: `"${dataDirectory}" cannot be locked` }] },
  );
}
