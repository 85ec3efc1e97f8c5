export { openDuckDbWarehouse } from './open-duckdb-warehouse.js';
export type { DuckDbWarehouseOptions } from './open-duckdb-warehouse.js';
