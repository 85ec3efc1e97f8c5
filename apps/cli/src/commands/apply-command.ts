import { Command } from 'commander';

import { CONNECTION_HELP, withConnectionOptions } from '../connection/connection-options.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { readDeclaration } from '../declaration/read-declaration.js';
import { planOf, renderPlan } from '../declaration/render-plan.js';
import { showWriteProgress } from '../declaration/write-progress.js';
import { UsageError } from '../failure/usage-error.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';
import { withPlatform } from './with-platform.js';

interface ApplyOptions extends ConnectionOptions {
  readonly file?: string;
  readonly dryRun?: true;
  readonly schema?: true;
  readonly output: OutputFormat;
}

/** `sortition apply`: makes a project match a file. */
export function applyCommand(context: CommandContext): Command {
  const command = new Command('apply')
    .summary('change flags, segments, metrics and experiments to what a file says')
    .description(
      'Changes a project to what a YAML or JSON file says, in one transaction. What the file does not mention stays as it is.',
    )
    .option('-f, --file <file>', 'the declaration; - reads standard input')
    .option('--dry-run', 'show the plan and change nothing')
    .option('--schema', 'print the JSON Schema of the file and do nothing else');
  return withConnectionOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES + CONNECTION_HELP)
    .action((options: ApplyOptions) => apply(context, options));
}

const EXAMPLES = `
A file with a flag and three conditions; a rule without a condition is for everybody:
    version: 1
    flags:
      - key: free-shipping
        type: boolean
        variants: {on: true, off: false}
        environments:
          production:
            enabled: true
            defaultVariant: off
            rules:
              - {key: nordics, condition: {attribute: country, in: [SE, 'NO']}, variant: on}
              - {key: large-carts, condition: {attribute: cart.value, atLeast: 50}, variant: on}
              - {key: staff, condition: {not: {attribute: email, endsWith: '@guest.example.com'}}, variant: on}

Examples:
  See what would change, then change it; applying again changes nothing:
    sortition apply -f experiment.yaml --dry-run
    sortition apply -f experiment.yaml
  Copy a project to another platform:
    sortition export | sortition apply -f - --address staging:7800 --key "$STAGING_KEY"
  Let an editor complete and check the file, every operator of a condition included; name the schema in its first line:
    sortition apply --schema > sortition.schema.json
    # yaml-language-server: $schema=sortition.schema.json
`;

async function apply(context: CommandContext, options: ApplyOptions): Promise<void> {
  if (options.schema) {
    const { DECLARATION_SCHEMA } = await import('@sortition/declaration');
    print(context, options.output, DECLARATION_SCHEMA, () => JSON.stringify(DECLARATION_SCHEMA, undefined, 2));
    return;
  }
  if (options.file === undefined) throw new UsageError('apply needs a file: sortition apply -f FILE.yaml.');

  const declaration = await readDeclaration(options.file);
  const dryRun = options.dryRun ?? false;
  const progress = showWriteProgress(options.output === 'json' ? undefined : context.stderr);
  const changes = await withPlatform(context, options, (client, { project }) =>
    client.applyDeclaration({ parent: `projects/${project}`, declaration, dryRun }, progress.update),
  ).finally(progress.stop);
  const plan = planOf(changes, dryRun);
  print(context, options.output, plan, renderPlan);
}
