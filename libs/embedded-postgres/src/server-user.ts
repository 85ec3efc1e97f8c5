import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Under whom the server runs. PostgreSQL refuses to run as root. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const run = promisify(execFile);
const NAME = 'postgres';

/** Undefined: the user of this process. Under root it is `postgres`, who is made when missing. */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return lookUp().catch(async () => {
    await run('useradd', ['--system', '--user-group', '--no-create-home', NAME]);
    return lookUp();
  });
}

/** Whether the user can pass through every folder on the way to the path. */
export async function canReach(user: ServerUser, path: string): Promise<boolean> {
  const folder = resolve(path);
  const { mode, uid, gid } = await stat(folder);
  const isOpen =
    (mode & 0o001) !== 0 || (uid === user.uid && (mode & 0o100) !== 0) || (gid === user.gid && (mode & 0o010) !== 0);
  if (!isOpen) return false;
  return dirname(folder) === folder || canReach(user, dirname(folder));
}

async function lookUp(): Promise<ServerUser> {
  const [uid, gid] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
