export type {
  EventRow,
  ExposureRow,
  LoadBatch,
  LoadResult,
  Warehouse,
  WarehouseRow,
  WarehouseValue,
} from './warehouse.js';
