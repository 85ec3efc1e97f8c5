import { access, chmod, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { DomainError } from '@sortition/kernel';

/**
 * Makes the data directory when it is missing. Its secrets are files that only the owner can read.
 *
 * @throws DomainError INVALID_CONFIGURATION when it cannot be written.
 */
export async function prepareDataDirectory(path: string): Promise<void> {
  try {
    await makeDirectory(path);
    await access(path, constants.W_OK | constants.X_OK);
    // Under root PostgreSQL runs as a user of its own, who must be able to pass through to its files.
    if (process.getuid?.() === 0) await chmod(path, 0o711);
  } catch (error) {
    throw new DomainError(
      'invalid',
      'INVALID_CONFIGURATION',
      `The data directory ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}. Choose another with --data-dir.`,
      { cause: error, violations: [{ field: 'dataDirectory', description: `"${path}" cannot be written` }] },
    );
  }
}

/** Not `recursive`: below /proc, where nothing can be made, that tries for ever and keeps the process from ending. */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeDirectory(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}
