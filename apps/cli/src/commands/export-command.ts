import { Command } from 'commander';

import { CONNECTION_HELP, withConnectionOptions } from '../connection/connection-options.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { renderDeclaration } from '../declaration/render-declaration.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';
import { withPlatform } from './with-platform.js';

interface ExportOptions extends ConnectionOptions {
  readonly output: OutputFormat;
}

/** `sortition export`: writes a project in the form that `apply` takes. */
export function exportCommand(context: CommandContext): Command {
  const command = new Command('export')
    .summary('write a project in the form that apply takes')
    .description('Writes a whole project to standard output, as YAML, or with --output json as JSON.');
  return withConnectionOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES + CONNECTION_HELP)
    .action(async (options: ExportOptions) => {
      const declaration = await withPlatform(context, options, (client, { project }) =>
        client.exportDeclaration(`projects/${project}`),
      );
      print(context, options.output, declaration, () => renderDeclaration(declaration));
    });
}

const EXAMPLES = `
Examples:
  sortition export > shop.yaml
  sortition export --project shop --output json | jq .experiments
`;
