import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { eventsData } from '@sortition/contracts';
import { Command, Option } from 'commander';

import { CONNECTION_HELP, withConnectionOptions } from '../connection/connection-options.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { environmentName } from '../connection/environment-name.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';
import { timeOption } from './time-option.js';
import { withPlatform } from './with-platform.js';

interface ExportEventsOptions extends ConnectionOptions {
  readonly environment?: string;
  readonly table: 'events' | 'exposures';
  readonly from?: Date;
  readonly to?: Date;
  readonly out: string;
  readonly output: OutputFormat;
}

/** `sortition export-events`: raw rows into a Parquet file. */
export function exportEventsCommand(context: CommandContext): Command {
  const command = new Command('export-events')
    .summary('write raw events or exposures into a Parquet file')
    .description('Writes the raw rows of an environment into a Parquet file, everything acknowledged so far included.')
    .requiredOption('--out <file>', 'where to write the file; it appears when it is complete')
    .addOption(new Option('--table <table>', 'which rows').choices(['events', 'exposures']).default('events'))
    .option(
      '--from <time>',
      'received at or after this time, or the midnight of a date in UTC (default: all)',
      timeOption,
    )
    .option('--to <time>', 'received before this time (default: now)', timeOption)
    .option('--environment <environment>', 'key of the environment (default: production)');
  return withConnectionOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES + CONNECTION_HELP)
    .action((options: ExportEventsOptions) => exportEvents(context, options));
}

const EXAMPLES = `
Times in the file are UTC; "units" is a map from attribute path to unit, "properties" the text of a JSON object.

Examples:
  sortition export-events --out events.parquet
  sortition export-events --table exposures --from 2026-05-01 --to 2026-06-01 --out may.parquet
`;

async function exportEvents(context: CommandContext, options: ExportEventsOptions): Promise<void> {
  const { EVENTS, EXPOSURES } = eventsData.ExportedTable;
  const { from: receivedFrom, to: receivedBefore } = options;
  const path = resolve(options.out);
  const part = `${path}.part`;
  try {
    await withPlatform(context, options, (client, { project }) => {
      const parent = environmentName(project, options.environment ?? context.environment.SORTITION_ENVIRONMENT);
      const table = options.table === 'events' ? EVENTS : EXPOSURES;
      const chunks = client.exportEvents({ parent, table, receivedFrom, receivedBefore });
      return pipeline(Readable.from(chunks), createWriteStream(part));
    });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  const { size } = await stat(path);
  const written = { file: path, bytes: size };
  print(context, options.output, written, ({ file, bytes }) => `Wrote ${String(bytes)} bytes to ${file}`);
}
