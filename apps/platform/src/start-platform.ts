import type { DomainError } from '@sortition/kernel';

import type { composePlatform } from './compose-platform.js';
import { ClosingStack } from './runtime/closing-stack.js';
import type { PlatformOptions } from './runtime/config/platform-options.js';
import { prepareDataDirectory } from './runtime/database/data-directory.js';
import { lockDataDirectory } from './runtime/database/data-directory-lock.js';
import { startEmbeddedPostgres } from './runtime/database/embedded-postgres.js';
import type { Platform } from './runtime/platform.js';
import type { Telemetry } from './runtime/telemetry/telemetry.js';

interface LoadedPlatform {
  readonly composePlatform: typeof composePlatform;
  readonly telemetry: Telemetry;
}

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
    const starting = [databaseOf(options, closing), loadPlatform(options, closing)] as const;
    await Promise.allSettled(starting);
    const [{ url, failed }, { composePlatform, telemetry }] = await Promise.all(starting);
    return { ...(await composePlatform(options, url, telemetry, closing)), failed };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

/** Modules take their meters while they are loaded, and before telemetry has started they would get some that count nothing. */
async function loadPlatform(options: PlatformOptions, closing: ClosingStack): Promise<LoadedPlatform> {
  const { startTelemetry } = await import('./runtime/telemetry/telemetry.js');
  const telemetry = await startTelemetry(options.otlpEndpoint);
  closing.add('telemetry', () => telemetry.close());
  const { composePlatform } = await import('./compose-platform.js');
  return { composePlatform, telemetry };
}

interface Database {
  readonly url: string;
  readonly failed: Promise<DomainError>;
}

async function databaseOf(options: PlatformOptions, closing: ClosingStack): Promise<Database> {
  if (options.databaseUrl !== undefined) return { url: options.databaseUrl, failed: new Promise(() => undefined) };
  const database = await startEmbeddedPostgres(options.dataDirectory, options.logger);
  closing.add('embedded PostgreSQL', () => database.stop());
  return database;
}
