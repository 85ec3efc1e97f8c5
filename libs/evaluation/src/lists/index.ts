export type { IdList } from './id-list.js';
export { IdListBuilder, idListOf } from './id-list-builder.js';
