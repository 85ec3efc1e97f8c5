import { randomBytes } from 'node:crypto';
import { access, chmod, cp, lstat, mkdir, realpath, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { canReach, type ServerUser } from './server-user.js';

/** Where root keeps what the server's user could not reach, for example below /root. */
const ROOT = '/var/lib/sortition';

/** The programs where the user can run them: where they are, or a copy of them. */
export async function reachablePrograms(native: string, user: ServerUser, version: string): Promise<string> {
  if (await canReach(user, native)) return native;
  const copy = join(ROOT, `postgres-${version}`);
  if (await exists(copy)) return copy;
  const unfinished = `${copy}-${randomBytes(4).toString('hex')}`;
  await open(ROOT);
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, copy).catch(async (error: unknown) => {
    // Another process was faster.
    await rm(unfinished, { recursive: true, force: true });
    if (!(await exists(copy))) throw error;
  });
  return copy;
}

/** The directory where the user can use it: itself, or the folder that it becomes a link to. */
export async function reachableDirectory(directory: string, user: ServerUser): Promise<string> {
  if (await isLink(directory)) return realpath(directory);
  await mkdir(dirname(directory), { recursive: true });
  if (await canReach(user, dirname(directory))) return directory;
  const elsewhere = join(ROOT, `data-${randomBytes(8).toString('hex')}`);
  await open(elsewhere);
  await symlink(elsewhere, directory);
  return elsewhere;
}

async function open(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o755);
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (entry) => entry.isSymbolicLink(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
