import type { ConnectionOptions } from '../connection/connection-options.js';
import { resolveConnection } from '../connection/resolve-connection.js';
import type { Connection, StarterKey } from '../connection/resolve-connection.js';
import { adviseOnProject } from '../failure/advise-on-project.js';
import type { CommandContext } from './command-context.js';

/**
 * Connects, runs the work and disconnects whatever happens.
 *
 * @param open makes the client.
 * @param starterKey which key of a first start is taken when none is given. Absent: as `resolveConnection` says.
 */
export async function withClient<Client extends { close(): void }, Result>(
  context: CommandContext,
  options: ConnectionOptions,
  open: (connection: Connection) => Client,
  work: (client: Client, connection: Connection) => Promise<Result>,
  starterKey?: StarterKey,
): Promise<Result> {
  const connection = await resolveConnection(options, context.environment, starterKey);
  const client = open(connection);
  try {
    return await work(client, connection);
  } catch (error) {
    throw adviseOnProject(error, connection.project);
  } finally {
    client.close();
  }
}
