import { createHash } from 'node:crypto';
import { realpath, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DomainError } from '@sortition/kernel';

/**
 * Holds the data directory for this process by listening on a socket named after it. The operating system lets go of
 * it at the very moment the process ends, also by a kill, so the next start need not wait for a lock to grow stale.
 *
 * @returns the function that releases it.
 * @throws DomainError INVALID_CONFIGURATION when another running platform holds it.
 */
export async function lockDataDirectory(dataDirectory: string): Promise<() => Promise<void>> {
  const path = await socketPath(dataDirectory);
  const server = (await listen(path)) ?? (await takeOver(path));
  if (!server) {
    throw new DomainError(
      'failed-precondition',
      'INVALID_CONFIGURATION',
      `Another running platform uses the data directory ${dataDirectory}. Stop it, or choose another with --data-dir.`,
      { violations: [{ field: 'dataDirectory', description: `"${dataDirectory}" is in use` }] },
    );
  }
  server.unref();
  return () =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
    });
}

async function socketPath(dataDirectory: string): Promise<string> {
  const name = createHash('sha256')
    .update(await realpath(dataDirectory))
    .digest('hex')
    .slice(0, 32);
  // A socket's path is limited to about 100 characters, so it does not lie in the data directory itself.
  return process.platform === 'win32' ? `\\\\.\\pipe\\sortition-${name}` : join(tmpdir(), `sortition-${name}.sock`);
}

/** The listening server, or undefined when the path is taken. */
async function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => {
      resolve(server);
    });
  });
}

/** Replaces the socket file of a process that is gone; undefined when its process answers. */
async function takeOver(path: string): Promise<Server | undefined> {
  const isAlive = await new Promise<boolean>((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
  if (isAlive) return undefined;
  await unlink(path).catch(() => undefined);
  return listen(path);
}
