import { adminWebhooks } from '@sortition/contracts';
import { Command } from 'commander';

import { CONNECTION_HELP, withConnectionOptions } from '../connection/connection-options.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { columns } from '../output/columns.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';
import { withTenancy } from './with-tenancy.js';

/** Messages that are shown: enough to see what is wrong now. */
const SHOWN_DELIVERIES = 20;

interface WebhooksOptions extends ConnectionOptions {
  readonly output: OutputFormat;
}

/** `sortition webhooks`: who is told of changes, and what became of the messages. */
export function webhooksCommand(context: CommandContext): Command {
  return new Command('webhooks')
    .summary('list webhooks and what became of their messages')
    .description(
      'Shows who is told of changes of a project by HTTP. Webhooks are declared in a file: see "sortition apply".',
    )
    .addCommand(listCommand(context))
    .addCommand(deliveriesCommand(context));
}

function listCommand(context: CommandContext): Command {
  const command = new Command('list').summary('list webhooks').description('Lists the webhooks of a project.');
  return withConnectionOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES + CONNECTION_HELP)
    .action(async (options: WebhooksOptions) => {
      const found = await withTenancy(context, options, 'admin', (client, { project }) => client.listWebhooks(project));
      const webhooks = found.map(({ name, url, events, secret, enabled }) => ({ name, url, events, secret, enabled }));
      print(context, options.output, { webhooks }, (shown) =>
        shown.webhooks.length === 0
          ? 'No webhooks.'
          : columns([
              ['NAME', 'STATE', 'CHANGES', 'URL'],
              ...shown.webhooks.map(({ name, url, events, enabled }) => [
                name,
                enabled ? 'enabled' : 'disabled',
                events.join(','),
                url,
              ]),
            ]),
      );
    });
}

function deliveriesCommand(context: CommandContext): Command {
  const command = new Command('deliveries')
    .summary('list the newest messages to a webhook')
    .description(`Lists the newest ${String(SHOWN_DELIVERIES)} messages to a webhook, with the last failure of each.`)
    .argument('<webhook>', 'key of the webhook');
  return withConnectionOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES + CONNECTION_HELP)
    .action(async (webhook: string, options: WebhooksOptions) => {
      const found = await withTenancy(context, options, 'admin', (client, { project }) =>
        client.listWebhookDeliveries(`projects/${project}/webhooks/${webhook}`, SHOWN_DELIVERIES),
      );
      print(context, options.output, { deliveries: found.map(listedDelivery) }, (shown) =>
        shown.deliveries.length === 0
          ? 'No messages: nothing that the webhook is told of has changed in the last week.'
          : columns([
              ['MESSAGE', 'STATE', 'CHANGED', 'ATTEMPTS', 'LAST FAILURE'],
              ...shown.deliveries.map(({ id, state, createTime, attempts, error }) => [
                id,
                state,
                createTime ?? '-',
                String(attempts),
                error ?? '-',
              ]),
            ]),
      );
    });
}

function listedDelivery(delivery: adminWebhooks.WebhookDelivery) {
  return {
    id: delivery.id,
    state: adminWebhooks.WebhookDeliveryState[delivery.state].toLowerCase(),
    createTime: delivery.createTime?.toISOString() ?? null,
    attempts: delivery.attempts,
    lastAttemptTime: delivery.lastAttemptTime?.toISOString() ?? null,
    responseStatus: delivery.responseStatus === 0 ? null : delivery.responseStatus,
    error: delivery.error === '' ? null : delivery.error,
  };
}

const EXAMPLES = `
Examples:
  sortition webhooks list --project shop
  sortition webhooks deliveries chat --project shop
`;
