export { openDuckDbWarehouse } from './open-duckdb-warehouse.js';
export type { DuckDbWarehouseOptions } from './open-duckdb-warehouse.js';
export { writeParquet } from './write-parquet.js';
export type { ParquetColumn, ParquetType } from './write-parquet.js';
