import { typesProject } from '@sortition/contracts';
import { DomainError } from '@sortition/kernel';
import { Command, Option } from 'commander';

import { CONNECTION_HELP, withConnectionOptions } from '../connection/connection-options.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { environmentName } from '../connection/environment-name.js';
import type { TenancyClient } from '../connection/tenancy-client.js';
import { UsageError } from '../failure/usage-error.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import { createdKey, listedKey, renderCreatedKey, renderKeys } from '../tenancy/render-keys.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';
import { timeOption } from './time-option.js';
import { withTenancy } from './with-tenancy.js';

const KINDS = {
  client: typesProject.ApiKeyKind.CLIENT,
  server: typesProject.ApiKeyKind.SERVER,
  admin: typesProject.ApiKeyKind.ADMIN,
  operator: typesProject.ApiKeyKind.OPERATOR,
} as const;

interface KeysOptions extends ConnectionOptions {
  readonly output: OutputFormat;
}

interface CreateOptions extends KeysOptions {
  readonly kind: keyof typeof KINDS;
  readonly environment?: string;
  readonly name: string;
  readonly expires?: Date;
}

interface RotateOptions extends KeysOptions {
  readonly expires?: Date;
  readonly revokeOld?: true;
}

/** `sortition keys`: credentials of an organization. */
export function keysCommand(context: CommandContext): Command {
  return new Command('keys')
    .summary('create, list, revoke and rotate API keys')
    .description('Manages the API keys of an organization. A secret is shown once and stored as a hash.')
    .addCommand(createCommand(context))
    .addCommand(listCommand(context))
    .addCommand(revokeCommand(context))
    .addCommand(rotateCommand(context));
}

function createCommand(context: CommandContext): Command {
  const command = new Command('create')
    .summary('create a key and show it, once')
    .description('Creates an API key and shows its secret, once.')
    .addOption(
      new Option('--kind <kind>', 'client (public), server, admin, or operator')
        .choices(Object.keys(KINDS))
        .default('server'),
    )
    .option('--environment <environment>', 'environment of a client or server key (default: production)')
    .addOption(new Option('--name <text>', 'what people call the key').default('', 'none'))
    .option('--expires <time>', 'time after which it is refused, for example 2027-01-31 (default: never)', timeOption);
  return withOutput(command)
    .addHelpText('after', CREATE_EXAMPLES + CONNECTION_HELP)
    .action(async (options: CreateOptions) => {
      const { kind, name, expires } = options;
      const isScoped = kind === 'client' || kind === 'server';
      if (!isScoped && options.environment !== undefined) {
        throw new UsageError(`A key of kind ${kind} belongs to no environment: leave --environment out.`);
      }
      const response = await withTenancy(
        context,
        options,
        kind === 'operator' ? 'operator' : 'admin',
        (client, { project }) => {
          const given = options.environment ?? context.environment.SORTITION_ENVIRONMENT;
          const environment = isScoped ? environmentName(project, given) : '';
          return client.createKey(
            keyMessage({ kind: KINDS[kind], displayName: name, environment, expireTime: expires }),
          );
        },
      );
      print(context, options.output, createdKey(response), renderCreatedKey);
    });
}

function listCommand(context: CommandContext): Command {
  const command = new Command('list')
    .summary('list keys, without their secrets')
    .description('Lists the keys of the organization, revoked ones included, without their secrets.');
  return withOutput(command)
    .addHelpText('after', LIST_EXAMPLES + CONNECTION_HELP)
    .action(async (options: KeysOptions) => {
      const keys = (await withTenancy(context, options, 'admin', (client) => client.listKeys())).map(listedKey);
      print(context, options.output, { keys }, (shown) => renderKeys(shown.keys));
    });
}

function revokeCommand(context: CommandContext): Command {
  const command = new Command('revoke')
    .summary('revoke a key')
    .description('Revokes a key. Processes notice within ten seconds; revoking a revoked key changes nothing.')
    .argument('<key>', 'resource name such as apiKeys/1f9c07a4b2de, or the credential itself');
  return withOutput(command)
    .addHelpText('after', REVOKE_EXAMPLES + CONNECTION_HELP)
    .action(async (key: string, options: KeysOptions) => {
      const { apiKey } = await withTenancy(context, options, 'admin', (client) => client.revokeKey(nameOf(key)));
      const revoked = listedKey(apiKey ?? keyMessage({}));
      print(
        context,
        options.output,
        revoked,
        ({ name, revokeTime }) => `Revoked ${name} at ${revokeTime ?? 'no time'}.`,
      );
    });
}

function rotateCommand(context: CommandContext): Command {
  const command = new Command('rotate')
    .summary('create a key like another, to replace it')
    .description(
      'Creates a key of the same kind, environment and name as another and shows it, once. The old one stays valid until it is revoked, so that applications can change over.',
    )
    .argument('<key>', 'resource name such as apiKeys/1f9c07a4b2de, or the credential itself')
    .option('--expires <time>', 'time after which the new one is refused (default: never)', timeOption)
    .option('--revoke-old', 'revoke the old one at once, for example because it leaked');
  return withOutput(command)
    .addHelpText('after', ROTATE_EXAMPLES + CONNECTION_HELP)
    .action(async (key: string, options: RotateOptions) => {
      const name = nameOf(key);
      const created = await withTenancy(context, options, 'admin', async (client) => {
        const { kind, displayName, environment } = await keyNamed(client, name);
        const response = await client.createKey(
          keyMessage({ kind, displayName, environment, expireTime: options.expires }),
        );
        if (options.revokeOld) await client.revokeKey(name);
        return createdKey(response);
      });
      const old = { name, isRevoked: options.revokeOld === true };
      print(context, options.output, { ...created, old }, (shown) =>
        [
          renderCreatedKey(shown),
          '',
          shown.old.isRevoked
            ? `The old key ${shown.old.name} is revoked.`
            : `The old key ${shown.old.name} is still valid. When nothing uses it any more: sortition keys revoke ${shown.old.name}`,
        ].join('\n'),
      );
    });
}

const CREATE_EXAMPLES = `
A client key may be public: it gets evaluated values of flags marked for clients. A server key resolves and sends events
in one environment. An admin key configures the organization. An operator key manages organizations, as the token that
the first start printed; creating one takes that token.

Examples:
  sortition keys create --kind server --environment production --name checkout-service
  sortition keys create --kind admin --name ci --expires 2027-01-31 --output json | jq -r .credential
`;

const LIST_EXAMPLES = `
Examples:
  sortition keys list
  sortition keys list --output json | jq -r '.keys[] | select(.revokeTime == null) | .name'
`;

const REVOKE_EXAMPLES = `
Examples:
  sortition keys revoke apiKeys/1f9c07a4b2de
`;

const ROTATE_EXAMPLES = `
Examples:
  Let applications change over, then revoke the old key:
    sortition keys rotate apiKeys/1f9c07a4b2de
    sortition keys revoke apiKeys/1f9c07a4b2de
  After a leak:
    sortition keys rotate apiKeys/1f9c07a4b2de --revoke-old
`;

function withOutput(command: Command): Command {
  return withConnectionOptions(command).addOption(outputOption());
}

function keyMessage(key: Partial<typesProject.ApiKey>): typesProject.ApiKey {
  return typesProject.ApiKey.fromPartial(key);
}

async function keyNamed(client: TenancyClient, name: string): Promise<typesProject.ApiKey> {
  const key = (await client.listKeys()).find((each) => each.name === name);
  if (key) return key;
  throw new DomainError(
    'not-found',
    'RESOURCE_NOT_FOUND',
    `There is no key "${name}"; "sortition keys list" shows which there are.`,
  );
}

/** Never repeats a secret: of a credential it takes the public part. */
function nameOf(key: string): string {
  const selector = /^(?:apiKeys\/|sor_[a-z]+_)?([0-9a-f]{12})(?:_[\w-]{43})?$/.exec(key)?.[1];
  if (selector !== undefined) return `apiKeys/${selector}`;
  throw new UsageError('A key is named as apiKeys/1f9c07a4b2de, by the 12 digits alone, or by its credential.');
}
