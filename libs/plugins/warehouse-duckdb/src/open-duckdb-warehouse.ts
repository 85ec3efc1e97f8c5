import type { Warehouse } from '@sortition/plugin-sdk';

import { ROWS_OF_RUN } from './clustering.js';
import { DatabaseFile } from './database-file.js';
import { DuckDbWarehouse } from './duckdb-warehouse.js';

export interface DuckDbWarehouseOptions {
  /** Path of the database file; made when absent. `:memory:` keeps everything in memory. */
  readonly path: string;
  /** Most memory that DuckDB may take, for example `2GB`. Default: DuckDB's own, 80% of the machine's. */
  readonly memoryLimit?: string;
  /** Threads of a query. Default: one for each processor. */
  readonly threads?: number;
  /** Rows that compacting puts in order at a time, at least. Default: 1,000,000, which takes a few seconds. */
  readonly rowsOfRun?: number;
}

/**
 * Opens DuckDB on a file. One process holds the file at a time.
 *
 * @throws DomainError INVALID_STATE when what lies there is no database or a damaged one, with what to do;
 *   WAREHOUSE_UNAVAILABLE when the file cannot be opened, for example because another process has it.
 */
export async function openDuckDbWarehouse(options: DuckDbWarehouseOptions): Promise<Warehouse> {
  const settings: Record<string, string> = {
    // Nothing is ever fetched from the network behind the operator's back.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // Each checkpoint packs the last row group anew: at DuckDB's own 16 MB that is a fifth of what loading costs.
    checkpoint_threshold: '64MB',
    ...(options.memoryLimit !== undefined && { memory_limit: options.memoryLimit }),
    ...(options.threads !== undefined && { threads: String(options.threads) }),
  };
  return DuckDbWarehouse.open(new DatabaseFile(options.path, settings), options.rowsOfRun ?? ROWS_OF_RUN);
}
