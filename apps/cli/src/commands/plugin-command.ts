import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { adminPlugins } from '@sortition/contracts';
import { DomainError } from '@sortition/kernel';
import { Command } from 'commander';

import { CONNECTION_HELP, withConnectionOptions } from '../connection/connection-options.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { UsageError } from '../failure/usage-error.js';
import { columns } from '../output/columns.js';
import { counted } from '../output/counted.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import { pluginTemplate } from '../plugin/plugin-template.js';
import { failedChecks, renderPluginReport } from '../plugin/render-plugin-report.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';
import { withTenancy } from './with-tenancy.js';

interface PluginOptions {
  readonly output: OutputFormat;
}

interface TestOptions extends PluginOptions {
  readonly configuration?: string;
}

/** `sortition plugin`: what plugins a platform has, and the tools of their authors. */
export function pluginCommand(context: CommandContext): Command {
  return new Command('plugin')
    .summary('list the plugins of a platform; make and test your own')
    .description('Lists the plugins of a platform, and makes and tests plugins.')
    .addHelpText('after', EXAMPLES)
    .addCommand(listCommand(context))
    .addCommand(newCommand(context))
    .addCommand(testCommand(context));
}

function listCommand(context: CommandContext): Command {
  const command = new Command('list')
    .summary('list the plugins of the process that answers')
    .description('Lists the plugins of the process that answers, what they add and how they are.');
  return withConnectionOptions(command)
    .addOption(outputOption())
    .addHelpText('after', CONNECTION_HELP)
    .action(async (options: ConnectionOptions & PluginOptions) => {
      const plugins = (await withTenancy(context, options, 'admin', (client) => client.listPlugins())).map(listed);
      print(context, options.output, { plugins }, (shown) =>
        columns([
          ['NAME', 'VERSION', 'FROM', 'ADDS', 'HEALTH'],
          ...shown.plugins.map(({ name, version, builtIn, adds, health, healthDetail }) => [
            name,
            version,
            builtIn ? 'built in' : 'plugins file',
            adds.join(', ') || '-',
            healthDetail === '' ? health : `${health}: ${healthDetail}`,
          ]),
        ]),
      );
    });
}

interface Listed {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly builtIn: boolean;
  /** Operators, and warehouses by scheme with its colon. */
  readonly adds: readonly string[];
  readonly health: 'ok' | 'failing';
  readonly healthDetail: string;
}

function listed(plugin: adminPlugins.Plugin): Listed {
  const { name, version, apiVersion, builtIn, targetingOperators, warehouseSchemes, health, healthDetail } = plugin;
  return {
    name,
    version,
    apiVersion,
    builtIn,
    adds: [...targetingOperators, ...warehouseSchemes.map((scheme) => `${scheme}:`)],
    health: health === adminPlugins.PluginHealth.OK ? 'ok' : 'failing',
    healthDetail,
  };
}

function newCommand(context: CommandContext): Command {
  return new Command('new')
    .summary('make a plugin with a targeting operator')
    .description('Makes a folder with a plugin that adds one targeting operator, in TypeScript.')
    .argument('<name>', 'name of the folder and the package: lower-case letters, digits and "-"')
    .addOption(outputOption())
    .action(async (name: string, options: PluginOptions) => {
      if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
        throw new UsageError(
          `The name ${JSON.stringify(name)} must be lower-case letters, digits and "-", such as office-hours.`,
        );
      }
      const folder = resolve(name);
      const present = await readdir(folder).catch(() => []);
      if (present.length > 0) throw new UsageError(`The folder ${folder} is not empty. Choose another name.`);
      const files = pluginTemplate(name);
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
      print(context, options.output, { folder, files: Object.keys(files) }, (shown) =>
        [
          `Made ${shown.folder}:`,
          ...shown.files.map((file) => `  ${file}`),
          '',
          `Next: cd ${name}, and README.md there.`,
        ].join('\n'),
      );
    });
}

function testCommand(context: CommandContext): Command {
  return new Command('test')
    .summary('check that a plugin keeps the rules of its kind')
    .description(
      'Opens a plugin as a platform would, and checks its operators by their examples and by hostile contexts.',
    )
    .argument('[path]', 'folder or module of the plugin', '.')
    .option('--configuration <json>', 'what the plugins file would say for it')
    .addOption(outputOption())
    .action(async (path: string, options: TestOptions) => {
      const { testPlugin } = await import('../plugin/test-plugin.js');
      const line = (message: string): void => {
        context.stderr.write(`${message}\n`);
      };
      const logger = { debug: () => undefined, info: line, warn: line, error: line };
      const report = await testPlugin(path, configurationOf(options), { logger, variables: context.variables });
      print(context, options.output, report, renderPluginReport);
      const failed = failedChecks(report);
      if (failed > 0)
        throw new DomainError('failed-precondition', 'INVALID_STATE', `${counted(failed, 'check')} failed.`);
    });
}

function configurationOf({ configuration }: TestOptions): unknown {
  if (configuration === undefined) return undefined;
  try {
    return JSON.parse(configuration);
  } catch (error) {
    throw new UsageError(`--configuration must be JSON, got ${JSON.stringify(configuration)}.`, { cause: error });
  }
}

const EXAMPLES = `
A platform loads the plugins that its plugins file names: sortition start --plugins plugins.json, with
  {"plugins": ["@acme/sortition-geofence", {"use": "./office-hours", "configuration": {"zone": "Europe/Stockholm"}}]}
Paths are relative to that file. A secret stands in it by reference: {"secret": "env:NAME"} or {"secret": "file:/path"}.

Examples:
  sortition plugin new office-hours
  sortition plugin test ./office-hours
  sortition plugin list
`;
