import { PLUGIN_API_VERSION } from '@sortition/plugin-sdk';
import semver from 'semver';

import type { FoundPlugin } from './found-plugin.js';
import { pluginFailure } from './plugin-failure.js';

/**
 * Checks versions and names.
 *
 * @throws DomainError INVALID_STATE for the first plugin that this host cannot open.
 */
export function checkPlugins(found: readonly FoundPlugin[]): void {
  const places = new Map<string, string>();
  for (const { plugin, use } of found) {
    const { name, version, apiVersion } = plugin;
    if (semver.valid(version) === null) {
      throw pluginFailure(`The plugin ${name} has the version "${version}", which is no semantic version.`);
    }
    if (semver.validRange(apiVersion) === null) {
      const example = `"^${PLUGIN_API_VERSION}"`;
      throw pluginFailure(
        `The plugin ${name} has the apiVersion "${apiVersion}"; it must be a range such as ${example}.`,
      );
    }
    if (!semver.satisfies(PLUGIN_API_VERSION, apiVersion)) {
      const isOld = semver.gtr(PLUGIN_API_VERSION, apiVersion);
      const advice = isOld ? `Update ${name}` : `Update Sortition, or take an earlier version of ${name}`;
      throw pluginFailure(
        `The plugin ${name} ${version} needs the plugin interface ${apiVersion}; this is ${PLUGIN_API_VERSION}. ${advice}.`,
      );
    }
    const other = places.get(name);
    if (other !== undefined) {
      throw pluginFailure(
        `Two plugins are named "${name}": ${other} and ${use}. Remove one of them from the plugins file.`,
      );
    }
    places.set(name, use);
  }
}
