import type { WarehouseRow, WarehouseValue } from './warehouse.js';

/** A driver's row as the port knows it: whole numbers as numbers, times as ISO 8601, everything else as text. */
export function warehouseRow(row: Readonly<Record<string, unknown>>): WarehouseRow {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, warehouseValue(value)]));
}

function warehouseValue(value: unknown): WarehouseValue {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return Number(value);
    default:
      if (value === null || value === undefined) return null;
      return value instanceof Date ? value.toISOString() : JSON.stringify(value);
  }
}
