import { PlatformClient } from '../connection/platform-client.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { resolveConnection } from '../connection/resolve-connection.js';
import type { Connection } from '../connection/resolve-connection.js';
import { adviseOnProject } from '../failure/advise-on-project.js';
import type { CommandContext } from './command-context.js';

/** Connects, runs the work and disconnects whatever happens. */
export async function withPlatform<Result>(
  context: CommandContext,
  options: ConnectionOptions,
  work: (client: PlatformClient, connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await resolveConnection(options, context.environment);
  const client = new PlatformClient(connection);
  try {
    return await work(client, connection);
  } catch (error) {
    throw adviseOnProject(error, connection.project);
  } finally {
    client.close();
  }
}
