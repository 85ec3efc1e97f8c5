import { createHash, randomBytes } from 'node:crypto';
import { symlink, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = 'platform.sock';
/** The path of a socket may have some 104 bytes; a longer one is reached over a link. */
const LONGEST_PATH_BYTES = 100;

/**
 * Locks a directory by listening on a socket in it. The operating system lets go of it at the very moment the process
 * ends, and every container on the machine that shares the directory can ask.
 *
 * @param directory without symbolic links.
 * @returns the function that releases it; `taken` when a process listens; `unsupported` where the file system has no
 *   sockets.
 */
export async function lockBySocket(directory: string): Promise<(() => Promise<void>) | 'taken' | 'unsupported'> {
  if (process.platform === 'win32') return lockAt(`\\\\.\\pipe\\sortition-${digestOf(directory)}`);
  const path = join(directory, NAME);
  if (Buffer.byteLength(path) <= LONGEST_PATH_BYTES) return lockAt(path);
  const link = join(tmpdir(), `sortition-${randomBytes(6).toString('hex')}`);
  await symlink(directory, link);
  try {
    const release = await lockAt(join(link, NAME));
    if (typeof release === 'string') return release;
    return async () => {
      await release();
      await unlink(path).catch(() => undefined);
    };
  } finally {
    await unlink(link);
  }
}

async function lockAt(path: string): Promise<(() => Promise<void>) | 'taken' | 'unsupported'> {
  const server = await listen(path).catch(async (error: unknown) => {
    if (!isCode(error, 'EADDRINUSE')) return 'unsupported' as const;
    if (await answers(path)) return 'taken' as const;
    // It was left by a process that is gone.
    await unlink(path).catch(() => undefined);
    return listen(path).catch(() => 'taken' as const);
  });
  if (typeof server === 'string') return server;
  server.unref();
  return () =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
    });
}

async function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(path, () => {
      resolve(server);
    });
  });
}

/** Whoever may not connect cannot know that nobody listens. */
async function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      resolve(isCode(error, 'EACCES') || isCode(error, 'EPERM'));
    });
  });
}

function digestOf(directory: string): string {
  return createHash('sha256').update(directory).digest('hex').slice(0, 32);
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
