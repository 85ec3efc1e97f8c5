export { openPostgresWarehouse } from './open-postgres-warehouse.js';
export type { PostgresWarehouseOptions } from './open-postgres-warehouse.js';
