import type { Plugin, PluginLogger, PluginParts } from '@sortition/plugin-sdk';

import { checkPlugins } from './check-plugins.js';
import { findPlugin } from './find-plugin.js';
import { openPlugin, type PluginSurroundings } from './open-plugin.js';

/**
 * Finds, checks and opens one plugin alone, as a platform would. The caller closes its parts.
 *
 * @throws DomainError INVALID_STATE with the sentence with which a platform would not start.
 */
export async function inspectPlugin(
  wanted: PluginSurroundings & {
    readonly use: string;
    /** Absolute path of the file relative to which `use` is found. */
    readonly from: string;
    readonly configuration: unknown;
    readonly logger: PluginLogger;
  },
): Promise<{ readonly plugin: Plugin; readonly parts: PluginParts }> {
  const { use, from, configuration, logger } = wanted;
  const plugin = await findPlugin(use, from);
  const found = { use, plugin, configuration };
  checkPlugins([found]);
  return { plugin, parts: await openPlugin(found, wanted, logger) };
}
