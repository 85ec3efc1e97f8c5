/** What the host gives a plugin when it opens it. Interfaces alone: nothing here is a class of the platform. */
export interface PluginContext<TConfiguration = unknown> {
  /** What the plugins file says for this plugin, which its schema has accepted; secrets are resolved. */
  readonly configuration: TConfiguration;
  readonly logger: PluginLogger;
  readonly clock: PluginClock;
}

/** Lines that the platform logs, with the plugin's name. Give no secret to it. */
export interface PluginLogger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export interface PluginClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}
