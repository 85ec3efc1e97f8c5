import { Command, Option } from 'commander';

import { CONNECTION_HELP, withConnectionOptions } from '../connection/connection-options.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { columns } from '../output/columns.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import { listedPlace } from '../tenancy/listed-place.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';
import { withTenancy } from './with-tenancy.js';

interface EnvironmentsOptions extends ConnectionOptions {
  readonly output: OutputFormat;
}

/** `sortition environments`: where a project runs. */
export function environmentsCommand(context: CommandContext): Command {
  return new Command('environments')
    .summary('create and list environments of a project')
    .description(
      'Manages the environments of a project: places where it runs, with configuration and data of their own.',
    )
    .addCommand(createCommand(context))
    .addCommand(listCommand(context));
}

function createCommand(context: CommandContext): Command {
  const command = new Command('create')
    .summary('create an environment')
    .description('Creates an environment. Every flag of the project is there, disabled.')
    .argument('<key>', 'lower-case letters, digits, "-", "_" and "."')
    .addOption(new Option('--name <text>', 'what people call it').default('', 'the key'));
  return withConnectionOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES + CONNECTION_HELP)
    .action(async (key: string, options: EnvironmentsOptions & { readonly name: string }) => {
      const created = await withTenancy(context, options, 'admin', async (client, { project }) => ({
        project,
        ...listedPlace((await client.createEnvironment(project, key, options.name)).environment, key),
      }));
      print(context, options.output, created, ({ name, project }) =>
        [
          `Created ${name}. Next, a key for applications:`,
          '',
          `  sortition keys create --kind server --environment ${key} --project ${project}`,
        ].join('\n'),
      );
    });
}

function listCommand(context: CommandContext): Command {
  const command = new Command('list').summary('list environments').description('Lists the environments of a project.');
  return withConnectionOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES + CONNECTION_HELP)
    .action(async (options: EnvironmentsOptions) => {
      const found = await withTenancy(context, options, 'admin', (client, { project }) =>
        client.listEnvironments(project),
      );
      const environments = found.map((environment) => ({
        ...listedPlace(environment, ''),
        revision: environment.revision,
      }));
      print(context, options.output, { environments }, (shown) =>
        columns([
          ['NAME', 'CREATED', 'REVISION', 'DISPLAY NAME'],
          ...shown.environments.map(({ name, createTime, revision, displayName }) => [
            name,
            createTime?.slice(0, 10) ?? '-',
            String(revision),
            displayName,
          ]),
        ]),
      );
    });
}

const EXAMPLES = `
Examples:
  sortition environments create production --project two
  sortition environments list --project two
`;
