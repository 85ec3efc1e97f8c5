import { failureMessage, type PluginClock, type PluginLogger, type PluginParts } from '@sortition/plugin-sdk';

import { withDeadline } from './deadline.js';
import type { FoundPlugin } from './found-plugin.js';
import { configurationOf } from './plugin-configuration.js';
import { pluginFailure } from './plugin-failure.js';
import type { Variables } from './resolve-secrets.js';

/** Longest time that one plugin may take to open, to close, or to tell of its health, in milliseconds. */
export const PLUGIN_DEADLINE_MS = 10_000;

/** What a process has for all plugins. */
export interface PluginSurroundings {
  readonly clock: PluginClock;
  /** Environment variables that secrets may name. */
  readonly variables: Variables;
}

/**
 * Opens one plugin with its configuration.
 *
 * @throws DomainError INVALID_STATE naming it and what is wrong.
 */
export async function openPlugin(
  { plugin, configuration: given }: FoundPlugin,
  { clock, variables }: PluginSurroundings,
  logger: PluginLogger,
): Promise<PluginParts> {
  const configuration = configurationOf(plugin, given, variables);
  let parts: unknown;
  try {
    parts = await withDeadline(plugin.open({ configuration, clock, logger }), PLUGIN_DEADLINE_MS);
  } catch (error) {
    throw pluginFailure(
      `The plugin ${plugin.name} cannot be opened: ${failureMessage(error)}. Mend it, or take it out of the plugins file.`,
      error,
    );
  }
  if (typeof parts === 'object' && parts !== null) return parts;
  throw pluginFailure(`The plugin ${plugin.name} opened to nothing: its "open" must return what it adds.`);
}
