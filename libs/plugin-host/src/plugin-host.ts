import {
  failureMessage,
  type PluginHealth,
  type PluginLogger,
  type PluginParts,
  type TargetingOperator,
  type WarehouseKind,
} from '@sortition/plugin-sdk';

import { checkPlugins } from './check-plugins.js';
import { withDeadline } from './deadline.js';
import { findPlugin } from './find-plugin.js';
import type { FoundPlugin } from './found-plugin.js';
import { openingOrder } from './opening-order.js';
import { openPlugin, PLUGIN_DEADLINE_MS, type PluginSurroundings } from './open-plugin.js';
import { readPluginsFile } from './plugins-file.js';
import { requireDistinct } from './require-distinct.js';

export interface PluginHostOptions extends PluginSurroundings {
  /** Path of the plugins file. Undefined: none but the built-in ones. */
  readonly file: string | undefined;
  /** Plugins that come with the platform. */
  readonly builtIn: readonly FoundPlugin['plugin'][];
  /** Makes the logger of a plugin. */
  readonly loggerOf: (plugin: string) => PluginLogger;
}

/** A plugin of this process, as it is listed. */
export interface ListedPlugin {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly isBuiltIn: boolean;
  /** Names of its targeting operators. */
  readonly targetingOperators: readonly string[];
  /** Schemes of its warehouses. */
  readonly warehouseSchemes: readonly string[];
}

interface OpenPlugin extends FoundPlugin {
  readonly parts: PluginParts;
}

/** The plugins of a process: found, checked, opened in order, and closed the other way round. */
export class PluginHost {
  private constructor(private readonly opened: readonly OpenPlugin[]) {}

  /**
   * Opens every plugin. When one fails, those that were open are closed again.
   *
   * @throws DomainError INVALID_STATE with one sentence that names the plugin and says what to do.
   */
  static async open(options: PluginHostOptions): Promise<PluginHost> {
    const { file, builtIn, loggerOf } = options;
    const found: FoundPlugin[] = builtIn.map((plugin) => ({ use: 'built in', plugin, configuration: undefined }));
    if (file !== undefined) {
      const { path, plugins } = await readPluginsFile(file);
      for (const { use, configuration } of plugins) {
        found.push({ use, configuration, plugin: await findPlugin(use, path) });
      }
    }
    checkPlugins(found);
    const opened: OpenPlugin[] = [];
    try {
      for (const each of openingOrder(found)) {
        opened.push({ ...each, parts: await openPlugin(each, options, loggerOf(each.plugin.name)) });
      }
      requireDistinct('targeting operator', opened, ({ targetingOperators = [] }) =>
        targetingOperators.map(({ name }) => name),
      );
      requireDistinct('warehouse scheme', opened, ({ warehouses = [] }) =>
        warehouses.flatMap(({ schemes }) => schemes),
      );
    } catch (error) {
      await new PluginHost(opened).close();
      throw error;
    }
    return new PluginHost(opened);
  }

  get targetingOperators(): readonly TargetingOperator[] {
    return this.opened.flatMap(({ parts }) => parts.targetingOperators ?? []);
  }

  get warehouses(): readonly WarehouseKind[] {
    return this.opened.flatMap(({ parts }) => parts.warehouses ?? []);
  }

  list(): readonly ListedPlugin[] {
    return this.opened.map(({ use, plugin: { name, version, apiVersion }, parts }) => ({
      name,
      version,
      apiVersion,
      isBuiltIn: use === 'built in',
      targetingOperators: (parts.targetingOperators ?? []).map((operator) => operator.name),
      warehouseSchemes: (parts.warehouses ?? []).flatMap(({ schemes }) => schemes),
    }));
  }

  /** Health by the plugin's name. One that does not answer in time, or throws, is failing. */
  async health(): Promise<ReadonlyMap<string, PluginHealth>> {
    const healths = this.opened.map(async ({ plugin: { name }, parts }): Promise<readonly [string, PluginHealth]> => {
      try {
        const health = (await withDeadline(parts.health?.(), PLUGIN_DEADLINE_MS)) ?? { status: 'ok' };
        return [name, health];
      } catch (error) {
        return [name, { status: 'failing', detail: failureMessage(error) }];
      }
    });
    return new Map(await Promise.all(healths));
  }

  /** Closes every plugin, last opened first. One that fails does not keep the others from closing. Idempotent. */
  async close(): Promise<void> {
    for (const { parts } of this.opened.toReversed()) {
      if (!parts.close || this.closed.has(parts)) continue;
      this.closed.add(parts);
      await withDeadline(parts.close(), PLUGIN_DEADLINE_MS).catch(() => undefined);
    }
  }

  private readonly closed = new WeakSet<PluginParts>();
}
