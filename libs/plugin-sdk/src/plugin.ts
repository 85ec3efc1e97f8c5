import type { PluginContext } from './plugin-context.js';
import type { TargetingOperator } from './targeting-operator.js';
import type { WarehouseKind } from './warehouse-kind.js';

/** Version of the interface between the host and plugins, as a semantic version. */
export const PLUGIN_API_VERSION = '1.0.0';

/** A JSON Schema of draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a plugin's module exports by default. */
export interface Plugin<TConfiguration = unknown> {
  /** Name of its package. No two plugins of a platform share one. */
  readonly name: string;
  /** Its own version, as a semantic version. */
  readonly version: string;
  /** Range of {@link PLUGIN_API_VERSION} that it works with, for example `^1.0.0`. The host refuses others. */
  readonly apiVersion: string;
  /** Names of plugins that are opened before it, and closed after it. */
  readonly requires?: readonly string[];
  /** What its configuration must be. Absent: it takes none. */
  readonly configuration?: JsonSchema;
  /** Makes what the plugin adds. Called once per process; may wait for up to 10 seconds. */
  open(context: PluginContext<TConfiguration>): PluginParts | Promise<PluginParts>;
}

/** What a plugin adds to a process. */
export interface PluginParts {
  readonly targetingOperators?: readonly TargetingOperator[];
  readonly warehouses?: readonly WarehouseKind[];
  /** Whether it does its work; asked for at most once a second. Absent: it always does. */
  health?(): Promise<PluginHealth>;
  /** Lets go of everything. Called once, when the process ends. */
  close?(): Promise<void>;
}

export interface PluginHealth {
  readonly status: 'ok' | 'failing';
  /** What is wrong and what to do, in one line. */
  readonly detail?: string;
}

/** Returns the plugin as given, with the type of its configuration. */
export function definePlugin<TConfiguration>(plugin: Plugin<TConfiguration>): Plugin<TConfiguration> {
  return plugin;
}
