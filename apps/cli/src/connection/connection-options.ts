import type { Command } from 'commander';

/** Options of every command that talks to a running platform. */
export interface ConnectionOptions {
  readonly address?: string;
  readonly key?: string;
  readonly dataDir?: string;
  readonly project?: string;
}

/** Adds the options; `connectionHelp` explains where the defaults come from. */
export function withConnectionOptions(command: Command): Command {
  return command
    .option('--address <address>', 'gRPC address of the platform, host:port or https://host:port')
    .option('--key <key>', 'API key, of kind admin unless the command says otherwise')
    .option('--data-dir <directory>', 'data directory of a platform on this machine, to find address and key')
    .option('--project <project>', 'key of the project (default: shop)');
}

export const CONNECTION_HELP = `
Address and key come from the options, else from SORTITION_ADDRESS and SORTITION_API_KEY,
else from the data directory of a platform on this machine (.sortition, --data-dir or SORTITION_DATA_DIR).
`;
