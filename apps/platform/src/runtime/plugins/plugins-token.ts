/** Injection token of the `PluginHost`. */
export const PLUGINS = Symbol('Plugins');
