/** What a DuckDB warehouse holds, read while no platform has its file open. */
import { join } from 'node:path';

import { openDuckDbWarehouse } from '@sortition/warehouse-duckdb';

export async function readWarehouse(dataDirectory, sql) {
  const warehouse = await openDuckDbWarehouse({ path: join(dataDirectory, 'warehouse.duckdb') });
  try {
    return await warehouse.query(sql, []);
  } finally {
    await warehouse.close();
  }
}

/** How many rows there are, how many ids, and the smallest and the largest id. */
export async function idsInWarehouse(dataDirectory) {
  const [row] = await readWarehouse(
    dataDirectory,
    `SELECT count(*) AS rows, count(DISTINCT event_id) AS ids,
       min(event_id)::VARCHAR AS smallest, max(event_id)::VARCHAR AS largest
     FROM (SELECT event_id FROM exposures UNION ALL SELECT event_id FROM events)`,
  );
  return row;
}
