import type { Plugin } from '@sortition/plugin-sdk';

/** A plugin that was imported and is not opened yet. */
export interface FoundPlugin {
  /** As the plugins file names it, or `built in`. */
  readonly use: string;
  readonly plugin: Plugin;
  readonly configuration: unknown;
}
