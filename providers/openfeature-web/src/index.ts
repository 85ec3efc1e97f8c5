export type { BulkAnswer, EventStream, FlagAnswer } from './bulk-answer.js';
export type { KeyValueStorage } from './key-value-storage.js';
export type { SortitionWebProviderOptions } from './provider-options.js';
export { SortitionWebProvider } from './sortition-web-provider.js';
