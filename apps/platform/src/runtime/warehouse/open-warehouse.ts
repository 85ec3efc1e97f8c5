import { join } from 'node:path';

import type { Warehouse } from '@sortition/plugin-sdk';
import { openDuckDbWarehouse } from '@sortition/warehouse-duckdb';

import type { ClosingStack } from '../closing-stack.js';
import type { PlatformOptions } from '../config/platform-options.js';

/** Opens the warehouse and brings its tables up to date. */
export async function openWarehouse(options: PlatformOptions, closing: ClosingStack): Promise<Warehouse> {
  const warehouse = await openDuckDbWarehouse({ path: join(options.dataDirectory, 'warehouse.duckdb') });
  closing.add('warehouse', () => warehouse.close());
  await warehouse.prepare();
  return warehouse;
}
