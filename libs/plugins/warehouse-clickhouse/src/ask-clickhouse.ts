import type { ClickHouseClient } from '@clickhouse/client';
import { type WarehouseRow, warehouseRow, type WarehouseValue } from '@sortition/plugin-sdk';

import { namedParameters } from './named-parameters.js';

/** How results come back. */
export const RESULT_SETTINGS = { output_format_json_quote_64bit_integers: 0, date_time_output_format: 'iso' } as const;

/** Runs a query with positional parameters. It takes at most what the client gives a request. */
export async function askClickHouse(
  client: ClickHouseClient,
  sql: string,
  parameters: readonly WarehouseValue[],
): Promise<readonly WarehouseRow[]> {
  const named = namedParameters(sql, parameters);
  const result = await client.query({
    query: named.sql,
    query_params: named.parameters,
    format: 'JSONEachRow',
    // The answer begins when the query is done, so a failure is a status and never half an answer.
    clickhouse_settings: { ...RESULT_SETTINGS, wait_end_of_query: 1 },
  });
  return (await result.json<Record<string, unknown>>()).map(warehouseRow);
}

/** The last offset recorded for a source; 0 when there is none. */
export async function offsetOf(client: ClickHouseClient, source: string): Promise<number> {
  const rows = await askClickHouse(client, 'SELECT max(offset) AS offset FROM load_offset WHERE source = $1', [source]);
  return Number(rows[0]?.['offset'] ?? 0);
}
