export { describeWarehouse } from './describe-warehouse.js';
export type { OpenedWarehouse } from './describe-warehouse.js';
export { eventRow, exposureRow } from './warehouse-rows.js';
