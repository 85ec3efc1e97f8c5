export type { BulkAnswer, FlagAnswer } from './bulk-answer.js';
export type { SortitionWebProviderOptions } from './provider-options.js';
export { SortitionWebProvider } from './sortition-web-provider.js';
