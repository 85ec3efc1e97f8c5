import type { ConnectionOptions } from '../connection/connection-options.js';
import { resolveConnection } from '../connection/resolve-connection.js';
import type { Connection, StarterKey } from '../connection/resolve-connection.js';
import { TenancyClient } from '../connection/tenancy-client.js';
import { adviseOnProject } from '../failure/advise-on-project.js';
import type { CommandContext } from './command-context.js';

/**
 * Connects for organizations, projects, environments and keys, and disconnects whatever happens.
 *
 * @param starterKey which key of a first start is taken when none is given.
 */
export async function withTenancy<Result>(
  context: CommandContext,
  options: ConnectionOptions,
  starterKey: StarterKey,
  work: (client: TenancyClient, connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await resolveConnection(options, context.environment, starterKey);
  const client = new TenancyClient(connection);
  try {
    return await work(client, connection);
  } catch (error) {
    throw adviseOnProject(error, connection.project);
  } finally {
    client.close();
  }
}
