import { Command } from 'commander';

import { CONNECTION_HELP, withConnectionOptions } from '../connection/connection-options.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { environmentName } from '../connection/environment-name.js';
import { UsageError } from '../failure/usage-error.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';
import { withPlatform } from './with-platform.js';

interface EraseUnitOptions extends ConnectionOptions {
  readonly environment?: string;
  readonly yes?: true;
  readonly output: OutputFormat;
}

/** `sortition erase-unit`: deletes everything of one unit. */
export function eraseUnitCommand(context: CommandContext): Command {
  const command = new Command('erase-unit')
    .summary('delete everything that is kept of one unit')
    .description(
      'Deletes everything that is kept of a unit in an environment: from the event log, quarantine, sticky assignments and the warehouse. Counts afterwards what is left. Safe to repeat.',
    )
    .argument('<unit>', 'the unit, as events carry it under any attribute')
    .option('--environment <environment>', 'key of the environment (default: production)')
    .option('--yes', 'really delete');
  return withConnectionOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES + CONNECTION_HELP)
    .action((unit: string, options: EraseUnitOptions) => eraseUnit(context, unit, options));
}

const EXAMPLES = `
The unit is looked for where events carry units, not in their properties.
The audit trail keeps the counts and a digest of the unit, not the unit.

Examples:
  sortition erase-unit user-1 --yes
  sortition erase-unit user-1 --yes --environment staging --output json
`;

async function eraseUnit(context: CommandContext, unit: string, options: EraseUnitOptions): Promise<void> {
  if (options.yes !== true) throw new UsageError(`This deletes everything of "${unit}" for good: add --yes.`);
  const { unitDigest, stores } = await withPlatform(context, options, (client, { project }) =>
    client.eraseUnit({
      parent: environmentName(project, options.environment ?? context.environment.SORTITION_ENVIRONMENT),
      unit,
    }),
  );
  print(context, options.output, { unitDigest, stores }, (shown) =>
    [
      ...shown.stores.map(
        ({ store, erasedCount, remainingCount }) =>
          `${store.padEnd(20)}${String(erasedCount)} erased, ${String(remainingCount)} left`,
      ),
      `The audit trail names the unit by its digest ${shown.unitDigest}.`,
    ].join('\n'),
  );
}
