import { ClosingStack } from './runtime/closing-stack.js';
import type { PlatformOptions } from './runtime/config/platform-options.js';
import { prepareDataDirectory } from './runtime/database/data-directory.js';
import { lockDataDirectory } from './runtime/database/data-directory-lock.js';
import { startEmbeddedPostgres } from './runtime/database/embedded-postgres.js';
import type { Platform } from './runtime/platform.js';

/**
 * Starts the platform and resolves when it serves. What was started is stopped again when a later step fails.
 *
 * @throws DomainError with a message of one line: port in use, data directory not writable or in use, database unreachable.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const closing = new ClosingStack(options.logger);
  try {
    await prepareDataDirectory(options.dataDirectory);
    closing.add('data directory', await lockDataDirectory(options.dataDirectory));
    // PostgreSQL starts in processes of its own while this one loads the rest of the platform.
    const starting = [databaseUrl(options, closing), import('./compose-platform.js')] as const;
    await Promise.allSettled(starting);
    const [url, { composePlatform }] = await Promise.all(starting);
    return await composePlatform(options, url, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function databaseUrl(options: PlatformOptions, closing: ClosingStack): Promise<string> {
  if (options.databaseUrl !== undefined) return options.databaseUrl;
  const database = await startEmbeddedPostgres(options.dataDirectory);
  closing.add('embedded PostgreSQL', () => database.stop());
  return database.url;
}
