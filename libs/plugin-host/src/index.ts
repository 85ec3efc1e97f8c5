export { inspectPlugin } from './inspect-plugin.js';
export { PluginHost } from './plugin-host.js';
export type { ListedPlugin, PluginHostOptions } from './plugin-host.js';
