export { openClickHouseWarehouse } from './open-clickhouse-warehouse.js';
export type { ClickHouseWarehouseOptions } from './open-clickhouse-warehouse.js';
