import { spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';

/** A lock that the operating system holds for as long as a process has the file open: a kill releases it too. */
export interface FileLock {
  /** Open file; a process that inherits it holds the lock as well. */
  readonly file: FileHandle;
  release(): Promise<void>;
}

/** What flock(1) ends with when somebody else holds the lock. */
const TAKEN = 1;
const DEADLINE_MS = 10_000;

/**
 * Locks a file for this process, against all processes that see the same file: in other containers that share a volume,
 * and on other machines where the file system has locks.
 *
 * @returns `taken` when somebody holds it; `unsupported` where there is no program flock or the file system has no locks.
 */
export async function lockFile(path: string): Promise<FileLock | 'taken' | 'unsupported'> {
  const file = await open(path, 'a', 0o600);
  // The lock belongs to the open file that both processes share, so it stays when the program has ended.
  const code = await new Promise<number | null>((resolve) => {
    const program = spawn('flock', ['-n', '3'], {
      stdio: ['ignore', 'ignore', 'ignore', file.fd],
      timeout: DEADLINE_MS,
    });
    program.once('error', () => {
      resolve(null);
    });
    program.once('exit', resolve);
  });
  if (code === 0) return { file, release: () => file.close() };
  await file.close();
  return code === TAKEN ? 'taken' : 'unsupported';
}
