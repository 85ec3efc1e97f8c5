import { quarantine } from '@sortition/contracts';
import { Command, InvalidArgumentError } from 'commander';

import { CONNECTION_HELP, withConnectionOptions } from '../connection/connection-options.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import { quarantineList, renderQuarantine } from '../quarantine/render-quarantine.js';
import { replayAll } from '../quarantine/replay-all.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';
import { timeOption } from './time-option.js';
import { withPlatform } from './with-platform.js';

interface QuarantineOptions extends ConnectionOptions {
  readonly environment: string;
  readonly event?: string;
  readonly reason?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly id?: readonly string[];
  readonly output: OutputFormat;
}

interface ListOptions extends QuarantineOptions {
  readonly replayed?: true;
  readonly limit: number;
  readonly page?: string;
}

/** `sortition quarantine`: events that do not match their definition. */
export function quarantineCommand(context: CommandContext): Command {
  return new Command('quarantine')
    .summary('list and replay events that do not match their definition')
    .description(
      'Events that do not match their definition are kept in quarantine, outside of analysis. List them, fix the definition or the application, and replay them.',
    )
    .addCommand(listCommand(context))
    .addCommand(replayCommand(context));
}

function listCommand(context: CommandContext): Command {
  const command = new Command('list')
    .summary('list quarantined events')
    .description('Lists quarantined events with what is wrong with them, the newest first.')
    .option('--replayed', 'events that a replay has loaded, instead of those still in quarantine')
    .option('--limit <number>', 'at most this many, up to 1000', wholeNumber, 100)
    .option('--page <token>', 'go on where the list before ended');
  return withSelection(command)
    .addHelpText('after', LIST_EXAMPLES + CONNECTION_HELP)
    .action(async (options: ListOptions) => {
      const { QUARANTINED, REPLAYED } = quarantine.QuarantineState;
      const response = await withPlatform(context, options, (client, { project }) =>
        client.listQuarantinedEvents({
          parent: environmentName(project, options),
          filter: filterOf(options),
          state: options.replayed ? REPLAYED : QUARANTINED,
          pageSize: options.limit,
          pageToken: options.page ?? '',
        }),
      );
      const shown = quarantineList(response);
      print(context, options.output, shown, renderQuarantine);
    });
}

function replayCommand(context: CommandContext): Command {
  const command = new Command('replay')
    .summary('load quarantined events that match the current definitions')
    .description('Checks quarantined events against the current definitions and loads those that pass, each once.');
  return withSelection(command)
    .addHelpText('after', REPLAY_EXAMPLES + CONNECTION_HELP)
    .action(async (options: QuarantineOptions) => {
      const counts = await withPlatform(context, options, (client, { project }) =>
        replayAll(client, { parent: environmentName(project, options), filter: filterOf(options), pageToken: '' }),
      );
      const text = `${counts.replayed} replayed, ${counts.failed} still do not match their definition.`;
      print(context, options.output, counts, () => text);
    });
}

const LIST_EXAMPLES = `
Examples:
  sortition quarantine list --event purchase --since 2026-11-01
  sortition quarantine list --output json | jq -r '.events[].message' | sort | uniq -c
`;

const REPLAY_EXAMPLES = `
Examples:
  sortition apply -f events.yaml && sortition quarantine replay --event purchase
`;

function withSelection(command: Command): Command {
  return withConnectionOptions(command)
    .option('--environment <environment>', 'key of the environment', 'production')
    .option('--event <name>', 'only events of this name')
    .option('--reason <reason>', 'only events of this reason, for example INVALID_PROPERTIES')
    .option('--since <time>', 'only events received at or after this time', timeOption)
    .option('--until <time>', 'only events received before this time', timeOption)
    .option('--id <id...>', 'only these events')
    .addOption(outputOption());
}

function environmentName(project: string, { environment }: QuarantineOptions): string {
  return `projects/${project}/environments/${environment}`;
}

function filterOf({ event, reason, since, until, id }: QuarantineOptions): quarantine.QuarantineFilter {
  return {
    event: event ?? '',
    reason: reason ?? '',
    receivedFrom: since,
    receivedBefore: until,
    eventIds: id === undefined ? [] : [...id],
  };
}

function wholeNumber(text: string): number {
  const parsed = Number(text);
  if (!Number.isSafeInteger(parsed) || parsed < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return parsed;
}
