export { DomainError } from '@sortition/kernel';
export type { DomainErrorOptions, ErrorCode, ErrorKind, FieldViolation } from '@sortition/kernel';
export { countRows } from './count-rows.js';
export { failureMessage } from './failure-message.js';
export { loadResult, NOTHING_LOADED } from './load-result.js';
export { definePlugin, PLUGIN_API_VERSION } from './plugin.js';
export type { JsonSchema, Plugin, PluginHealth, PluginParts } from './plugin.js';
export type { PluginClock, PluginContext, PluginLogger } from './plugin-context.js';
export { requireContinuation } from './require-continuation.js';
export { SerialQueue } from './serial-queue.js';
export { defineTargetingOperator } from './targeting-operator.js';
export type { OperatorExample, TargetingOperator } from './targeting-operator.js';
export type { WarehouseKind, WarehousePlace } from './warehouse-kind.js';
export { warehouseRow } from './warehouse-row.js';
export { warehouseUnavailable } from './warehouse-unavailable.js';
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
