import type { ConnectionOptions } from '../connection/connection-options.js';
import type { Connection, StarterKey } from '../connection/resolve-connection.js';
import { TenancyClient } from '../connection/tenancy-client.js';
import type { CommandContext } from './command-context.js';
import { withClient } from './with-client.js';

/**
 * Connects for organizations, projects, environments, keys and plugins, and disconnects whatever happens.
 *
 * @param starterKey which key of a first start is taken when none is given.
 */
export function withTenancy<Result>(
  context: CommandContext,
  options: ConnectionOptions,
  starterKey: StarterKey,
  work: (client: TenancyClient, connection: Connection) => Promise<Result>,
): Promise<Result> {
  return withClient(context, options, (connection) => new TenancyClient(connection), work, starterKey);
}
