import { resolve } from 'node:path';

import { DomainError } from '@sortition/kernel';
import { Command } from 'commander';

import { CONNECTION_HELP, withConnectionOptions } from '../connection/connection-options.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { hostAndPort, localHost } from '../connection/host-and-port.js';
import { CHECKS } from '../doctor/checks.js';
import { examine } from '../doctor/examine.js';
import { readPlatform } from '../doctor/read-platform.js';
import { renderFindings } from '../doctor/render-findings.js';
import { UsageError } from '../failure/usage-error.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import { readAddressFile } from '../start/address-file.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';
import { withPlatform } from './with-platform.js';

interface DoctorOptions extends ConnectionOptions {
  readonly httpAddress?: string;
  readonly output: OutputFormat;
}

/** `sortition doctor`: what is wrong with a running platform, and what to do. */
export function doctorCommand(context: CommandContext): Command {
  const command = new Command('doctor')
    .summary('check a running platform and say what to do')
    .description('Reads the health and the metrics of a running platform and says what is wrong and what to do next.')
    .option('--http-address <url>', 'HTTP address of the platform, for example http://127.0.0.1:7801');
  return withConnectionOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES + CONNECTION_HELP)
    .action((options: DoctorOptions) => examinePlatform(context, options));
}

const EXAMPLES = `
Counts are of one process since it started. Exit code 1: some check found trouble.

Examples:
  sortition doctor
  sortition doctor --http-address http://platform:7801
  sortition doctor --output json | jq '.findings[] | select(.status != "good")'
`;

async function examinePlatform(context: CommandContext, options: DoctorOptions): Promise<void> {
  const url = await httpUrlOf(context, options);
  const findings = await examine(CHECKS, {
    ...(await readPlatform(url)),
    call: (work) => withPlatform(context, options, work),
  });
  const troubles = findings.filter(({ status }) => status === 'trouble').length;
  print(context, options.output, { url, findings }, (shown) => renderFindings(shown.findings));
  if (troubles > 0) {
    throw new DomainError(
      'failed-precondition',
      'INVALID_STATE',
      `${troubles} of ${findings.length} checks found trouble at ${url}.`,
    );
  }
}

async function httpUrlOf({ environment }: CommandContext, options: DoctorOptions): Promise<string> {
  if (options.httpAddress !== undefined) return parseUrl(options.httpAddress);
  const started = await readAddressFile(resolve(options.dataDir ?? environment.SORTITION_DATA_DIR));
  return parseUrl(
    started?.http ?? `http://${hostAndPort(localHost(environment.SORTITION_HOST), environment.SORTITION_HTTP_PORT)}`,
  );
}

function parseUrl(text: string): string {
  if (!/^https?:\/\/[^/\s]/.test(text) || !URL.canParse(text)) {
    throw new UsageError(`--http-address must be like http://127.0.0.1:7801, got "${text}".`);
  }
  return text.replace(/\/+$/, '');
}
