export { DomainError } from '@sortition/kernel';
export type { DomainErrorOptions, ErrorCode, ErrorKind, FieldViolation } from '@sortition/kernel';
export type {
  EventRow,
  ExposureRow,
  LoadBatch,
  LoadResult,
  RowCounts,
  UnitOfEnvironment,
  Warehouse,
  WarehouseRow,
  WarehouseValue,
} from './warehouse.js';
export { warehouseRow } from './warehouse-row.js';
