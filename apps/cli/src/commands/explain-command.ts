import { Command } from 'commander';

import { CONNECTION_HELP, withConnectionOptions } from '../connection/connection-options.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { environmentName } from '../connection/environment-name.js';
import type { Connection } from '../connection/resolve-connection.js';
import { explanationOf, renderExplanation } from '../explanation/render-explanation.js';
import { UsageError } from '../failure/usage-error.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';
import { timeOption } from './time-option.js';
import { withPlatform } from './with-platform.js';

interface ExplainOptions extends ConnectionOptions {
  readonly context?: string;
  readonly unit?: string;
  readonly environment?: string;
  readonly time?: Date;
  readonly output: OutputFormat;
}

/** `sortition explain`: what a flag serves to a context, and every step that led there. */
export function explainCommand(context: CommandContext): Command {
  const command = new Command('explain')
    .summary('show what a flag serves to a context, and why')
    .description('Evaluates a flag as the SDKs do and shows every step. Records no exposure.')
    .argument('<flag>', 'key of the flag')
    .option('--unit <id>', 'targeting key of the context')
    .option('--context <json>', 'evaluation context as a JSON object; targetingKey is the unit')
    .option('--environment <environment>', 'key of the environment (default: production, or that of a server key)')
    .option('--time <time>', 'evaluate as of this time, such as 2026-12-24T00:00:00Z (default: now)', timeOption);
  return withConnectionOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES + CONNECTION_HELP)
    .action(async (flag: string, options: ExplainOptions) => {
      const evaluationContext = parseContext(options);
      const response = await withPlatform(context, options, (client, connection) =>
        client.explain({
          flag,
          context: evaluationContext,
          environment: explainedEnvironment(
            connection,
            options.environment ?? context.environment.SORTITION_ENVIRONMENT,
          ),
          time: options.time,
        }),
      );
      const explanation = explanationOf(response);
      print(context, options.output, explanation, renderExplanation);
    });
}

const EXAMPLES = `
Examples:
  sortition explain new-checkout --unit user-1
  sortition explain new-checkout --context '{"targetingKey":"user-1","country":"SE"}'
  sortition explain new-checkout --unit user-1 --time 2026-12-24T00:00:00Z --output json
`;

/** An admin key belongs to no environment and must name one; another key has its own. */
function explainedEnvironment({ key, project }: Connection, environment: string | undefined): string {
  return environment === undefined && !key.startsWith('sor_admin_') ? '' : environmentName(project, environment);
}

function parseContext({ context, unit }: ExplainOptions): Record<string, unknown> {
  const parsed = context === undefined ? {} : parseObject(context);
  if (context === undefined && unit === undefined) {
    throw new UsageError(
      'explain needs a context: pass --unit ID, or --context with a JSON object such as {"targetingKey":"user-1"}.',
    );
  }
  return unit === undefined ? parsed : { ...parsed, targetingKey: unit };
}

function parseObject(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`--context must be a JSON object such as {"targetingKey":"user-1"}, got ${text}.`, { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new UsageError(`--context must be a JSON object such as {"targetingKey":"user-1"}, got ${text}.`);
  }
  return { ...parsed };
}
