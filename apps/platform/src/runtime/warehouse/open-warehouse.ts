import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { DomainError } from '@sortition/kernel';
import type { Warehouse } from '@sortition/plugin-sdk';

import type { ClosingStack } from '../closing-stack.js';
import type { PlatformOptions } from '../config/platform-options.js';
import { WarehouseUpkeep } from './warehouse-upkeep.js';

/**
 * Opens the warehouse, brings its tables up to date and keeps it in order while the platform runs.
 *
 * @throws DomainError WAREHOUSE_UNAVAILABLE with what to do about it.
 */
export async function openWarehouse(options: PlatformOptions, closing: ClosingStack): Promise<Warehouse> {
  const warehouse = await open(options);
  closing.add('warehouse', () => warehouse.close());
  await warehouse.prepare();
  // Where events are taken their rows are looked after; other processes only read.
  if (options.roles.includes('events')) {
    const upkeep = new WarehouseUpkeep(warehouse, options.logger, options.warehouseRetentionDays);
    upkeep.start();
    closing.add('warehouse upkeep', () => upkeep.stop());
  }
  return warehouse;
}

/** The plugins are loaded on demand: a process needs one of them. */
async function open({ warehouseUrl, dataDirectory }: PlatformOptions): Promise<Warehouse> {
  const kind = /^(postgres|clickhouse)/.exec(warehouseUrl ?? '')?.[1];
  try {
    if (warehouseUrl !== undefined && kind === 'postgres') {
      const { openPostgresWarehouse } = await import('@sortition/warehouse-postgres');
      return await openPostgresWarehouse({ url: warehouseUrl });
    }
    if (warehouseUrl !== undefined && kind === 'clickhouse') {
      const { openClickHouseWarehouse } = await import('@sortition/warehouse-clickhouse');
      return await openClickHouseWarehouse({ url: warehouseUrl });
    }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const advice = 'Check SORTITION_WAREHOUSE, that the server runs, and that the user may create the tables.';
    throw new DomainError(error.kind, error.code, `${error.message}. ${advice}`, { cause: error });
  }
  const { openDuckDbWarehouse } = await import('@sortition/warehouse-duckdb');
  // One processor stays for evaluations and ingest, which wait for none of this.
  const threads = Math.max(1, availableParallelism() - 1);
  // DuckDB makes files whenever it needs them, and has no setting for who may read them.
  process.umask(0o077);
  return openDuckDbWarehouse({ path: join(dataDirectory, 'warehouse.duckdb'), threads });
}
