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

interface ProjectsOptions extends ConnectionOptions {
  readonly output: OutputFormat;
}

/** `sortition projects`: products with flags, metrics and experiments of their own. */
export function projectsCommand(context: CommandContext): Command {
  return new Command('projects')
    .summary('create and list projects')
    .description('Manages the projects of an organization: products with flags, metrics and experiments of their own.')
    .addCommand(createCommand(context))
    .addCommand(listCommand(context));
}

function createCommand(context: CommandContext): Command {
  const command = new Command('create')
    .summary('create a project')
    .description('Creates a project. It needs an environment next, and the environment a key.')
    .argument('<key>', 'lower-case letters, digits, "-", "_" and "."')
    .addOption(new Option('--name <text>', 'what people call it').default('', 'the key'));
  return withConnectionOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES + CONNECTION_HELP)
    .action(async (key: string, options: ProjectsOptions & { readonly name: string }) => {
      const { project } = await withTenancy(context, options, 'admin', (client) =>
        client.createProject(key, options.name),
      );
      print(context, options.output, listedPlace(project, key), ({ name }) =>
        [
          `Created ${name}. Next, its first environment and a key for applications:`,
          '',
          `  sortition environments create production --project ${key}`,
          `  sortition keys create --kind server --environment production --project ${key}`,
          `  sortition apply -f experiment.yaml --project ${key}`,
        ].join('\n'),
      );
    });
}

function listCommand(context: CommandContext): Command {
  const command = new Command('list').summary('list projects').description('Lists the projects of the organization.');
  return withConnectionOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES + CONNECTION_HELP)
    .action(async (options: ProjectsOptions) => {
      const found = await withTenancy(context, options, 'admin', (client) => client.listProjects());
      const projects = found.map((project) => listedPlace(project, ''));
      print(context, options.output, { projects }, (shown) =>
        columns([
          ['NAME', 'CREATED', 'DISPLAY NAME'],
          ...shown.projects.map(({ name, createTime, displayName }) => [
            name,
            createTime?.slice(0, 10) ?? '-',
            displayName,
          ]),
        ]),
      );
    });
}

const EXAMPLES = `
Examples:
  sortition projects create two --name "Second product"
  sortition projects list
`;
