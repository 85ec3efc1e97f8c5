export type { EvaluationMode, SortitionProviderOptions, TlsOptions } from './provider-options.js';
export { SortitionProvider } from './sortition-provider.js';
