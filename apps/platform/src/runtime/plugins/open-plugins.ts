import { systemClock } from '@sortition/kernel';
import { PluginHost } from '@sortition/plugin-host';
import type { PluginLogger } from '@sortition/plugin-sdk';
import clickhouse from '@sortition/warehouse-clickhouse/plugin';
import duckdb from '@sortition/warehouse-duckdb/plugin';
import postgres from '@sortition/warehouse-postgres/plugin';
import type { Logger } from 'pino';

import type { ClosingStack } from '../closing-stack.js';
import type { PlatformOptions } from '../config/platform-options.js';

/** They load their drivers when they are asked for them. */
const BUILT_IN = [duckdb, postgres, clickhouse];

/**
 * Opens the plugins of this process.
 *
 * @throws DomainError INVALID_STATE with one sentence that names the plugin and says what to do.
 */
export async function openPlugins(
  { pluginsFile, variables = {}, logger }: Pick<PlatformOptions, 'pluginsFile' | 'variables' | 'logger'>,
  closing: ClosingStack,
): Promise<PluginHost> {
  const plugins = await PluginHost.open({
    file: pluginsFile,
    builtIn: BUILT_IN,
    clock: systemClock,
    variables,
    loggerOf: (plugin) => pluginLogger(logger.child({ plugin })),
  });
  closing.add('plugins', () => plugins.close());
  return plugins;
}

function pluginLogger(logger: Logger): PluginLogger {
  const lineOf =
    (level: keyof PluginLogger): PluginLogger['info'] =>
    (message, fields = {}) => {
      logger[level](fields, message);
    };
  return { debug: lineOf('debug'), info: lineOf('info'), warn: lineOf('warn'), error: lineOf('error') };
}
