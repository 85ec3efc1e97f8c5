import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The process that the server's own file names, or undefined when there is no such file. */
export async function serverProcessOf(directory: string): Promise<number | undefined> {
  const text = await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

/** Whether a server on the directory lives as a process that this one can see. */
export async function isServerRunning(directory: string): Promise<boolean> {
  const pid = await serverProcessOf(directory);
  return pid !== undefined && (await isServerOf(directory, pid));
}

/**
 * Whether a process is the directory's server. A number alone says little: after a crash it may belong to somebody else,
 * and in another container it always does. Linux tells with which directory it was started.
 */
async function isServerOf(directory: string, pid: number): Promise<boolean> {
  if (process.platform === 'linux') {
    // Empty for a process that has ended and waits for its parent to notice.
    const commandLine = await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '');
    const words = commandLine.split('\0');
    return words[words.indexOf('-D') + 1] === directory;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EPERM';
  }
}
