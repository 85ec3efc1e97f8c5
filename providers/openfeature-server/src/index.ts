export type { EvaluationMode, SortitionProviderOptions } from './provider-options.js';
export { SortitionProvider } from './sortition-provider.js';
