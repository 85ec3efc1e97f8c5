import { Command, Option } from 'commander';

import { CONNECTION_HELP, withConnectionOptions } from '../connection/connection-options.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { columns } from '../output/columns.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import { listedPlace } from '../tenancy/listed-place.js';
import { createdKey, renderCreatedKey } from '../tenancy/render-keys.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';
import { withTenancy } from './with-tenancy.js';

interface OrganizationsOptions extends ConnectionOptions {
  readonly output: OutputFormat;
}

interface NamedOptions extends OrganizationsOptions {
  readonly name: string;
}

/** `sortition organizations`: the tenants of a platform, for its operator. */
export function organizationsCommand(context: CommandContext): Command {
  return new Command('organizations')
    .summary("create and list tenants, with the operator's token")
    .description("Manages the tenants of a platform. Needs the operator's token, which the first start printed.")
    .addCommand(createCommand(context))
    .addCommand(listCommand(context))
    .addCommand(createKeyCommand(context));
}

function createCommand(context: CommandContext): Command {
  const command = new Command('create')
    .summary('create an organization with its first admin key')
    .description('Creates an organization and shows its first admin key, once.')
    .argument('<key>', 'lower-case letters, digits, "-", "_" and "."')
    .addOption(new Option('--name <text>', 'what people call it').default('', 'the key'));
  return withOutput(command).action(async (key: string, options: NamedOptions) => {
    const response = await withTenancy(context, options, 'operator', (client) =>
      client.createOrganization(key, options.name),
    );
    const created = { ...listedPlace(response.organization, key), key: createdKey(response) };
    print(context, options.output, created, (shown) =>
      [
        `Created ${shown.name}.`,
        renderCreatedKey(shown.key),
        '',
        'Next, with that key as --key or SORTITION_API_KEY: sortition projects create KEY',
      ].join('\n'),
    );
  });
}

function listCommand(context: CommandContext): Command {
  const command = new Command('list')
    .summary('list organizations')
    .description('Lists the organizations of a platform.');
  return withOutput(command).action(async (options: OrganizationsOptions) => {
    const found = await withTenancy(context, options, 'operator', (client) => client.listOrganizations());
    const organizations = found.map((organization) => listedPlace(organization, ''));
    print(context, options.output, { organizations }, (shown) =>
      columns([
        ['NAME', 'CREATED', 'DISPLAY NAME'],
        ...shown.organizations.map(({ name, createTime, displayName }) => [
          name,
          createTime?.slice(0, 10) ?? '-',
          displayName,
        ]),
      ]),
    );
  });
}

function createKeyCommand(context: CommandContext): Command {
  const command = new Command('create-key')
    .summary('create an admin key of an organization that has lost its own')
    .description('Creates a further admin key of an organization and shows it, once.')
    .argument('<key>', 'key of the organization')
    .addOption(new Option('--name <text>', 'what people call the key').default('', 'none'));
  return withOutput(command).action(async (key: string, options: NamedOptions) => {
    const response = await withTenancy(context, options, 'operator', (client) =>
      client.createOrganizationKey(key, options.name),
    );
    print(context, options.output, createdKey(response), renderCreatedKey);
  });
}

function withOutput(command: Command): Command {
  return withConnectionOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES + CONNECTION_HELP);
}

const EXAMPLES = `
The operator's token is a key of kind operator. Everything else takes a key of the organization that it is about.

Examples:
  sortition organizations create acme --name "Acme Ltd" --key "$OPERATOR_TOKEN"
  sortition organizations list
  sortition organizations create-key acme
`;
