import { availableParallelism } from 'node:os';

import { DomainError } from '@sortition/kernel';
import type { PluginHost } from '@sortition/plugin-host';
import type { Warehouse } from '@sortition/plugin-sdk';

import type { ClosingStack } from '../closing-stack.js';
import type { PlatformOptions } from '../config/platform-options.js';
import { WarehouseUpkeep } from './warehouse-upkeep.js';

/**
 * Opens the warehouse, brings its tables up to date and keeps it in order while the platform runs.
 *
 * @throws DomainError INVALID_ARGUMENT when no plugin knows the scheme of its URL; WAREHOUSE_UNAVAILABLE with what to do
 *   about it.
 */
export async function openWarehouse(
  options: PlatformOptions,
  plugins: PluginHost,
  closing: ClosingStack,
): Promise<Warehouse> {
  const warehouse = await open(options, plugins);
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

const EMBEDDED = 'duckdb:';

async function open(
  { warehouseUrl = EMBEDDED, dataDirectory }: PlatformOptions,
  { warehouses }: PluginHost,
): Promise<Warehouse> {
  // The rest of the URL may hold a password, and is never quoted.
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(warehouseUrl)?.[0].toLowerCase() ?? '';
  const kind = warehouses.find(({ schemes }) => schemes.includes(scheme));
  if (!kind) {
    const known = warehouses.flatMap(({ schemes }) => schemes.map((each) => `${each}:`)).join(', ');
    const message = `No plugin of this process opens a warehouse of "${scheme}:"; those that are known are ${known}. Check SORTITION_WAREHOUSE, or add the plugin to the plugins file.`;
    throw new DomainError('invalid', 'INVALID_ARGUMENT', message);
  }
  // One processor stays for evaluations and ingest, which wait for none of this.
  const threads = Math.max(1, availableParallelism() - 1);
  try {
    return await kind.open(warehouseUrl, { dataDirectory, threads });
  } catch (error) {
    if (!(error instanceof DomainError) || warehouseUrl === EMBEDDED) throw error;
    const advice = 'Check SORTITION_WAREHOUSE, that the server runs, and that the user may create the tables.';
    throw new DomainError(error.kind, error.code, `${error.message}. ${advice}`, { cause: error });
  }
}
