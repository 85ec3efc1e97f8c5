import { PlatformClient } from '../connection/platform-client.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import type { Connection } from '../connection/resolve-connection.js';
import type { CommandContext } from './command-context.js';
import { withClient } from './with-client.js';

/** Connects, runs the work and disconnects whatever happens. */
export function withPlatform<Result>(
  context: CommandContext,
  options: ConnectionOptions,
  work: (client: PlatformClient, connection: Connection) => Promise<Result>,
): Promise<Result> {
  return withClient(context, options, (connection) => new PlatformClient(connection), work);
}
