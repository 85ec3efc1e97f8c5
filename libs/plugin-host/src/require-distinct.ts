import type { PluginParts } from '@sortition/plugin-sdk';

import type { FoundPlugin } from './found-plugin.js';
import { pluginFailure } from './plugin-failure.js';

/**
 * Checks that no two plugins add a thing of the same name.
 *
 * @param what for the message, for example `targeting operator`.
 * @throws DomainError INVALID_STATE naming both.
 */
export function requireDistinct(
  what: string,
  opened: readonly (FoundPlugin & { readonly parts: PluginParts })[],
  namesOf: (parts: PluginParts) => readonly string[],
): void {
  const owners = new Map<string, string>();
  for (const { plugin, parts } of opened) {
    for (const name of namesOf(parts)) {
      const owner = owners.get(name);
      if (owner !== undefined) {
        throw pluginFailure(`The ${what} "${name}" is added twice: by ${owner} and by ${plugin.name}.`);
      }
      owners.set(name, plugin.name);
    }
  }
}
