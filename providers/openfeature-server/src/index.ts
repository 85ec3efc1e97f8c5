export type { Bootstrap, BootstrapFlag } from './bootstrap.js';
export type { EventsLostReason, OnEventsLost } from './events-lost.js';
export type { EvaluationMode, SortitionProviderOptions, TlsOptions } from './provider-options.js';
export { SortitionProvider } from './sortition-provider.js';
