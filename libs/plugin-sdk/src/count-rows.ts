import type { RowCounts, Warehouse, WarehouseValue } from './warehouse.js';

/**
 * Counts exposures and events, each by what follows FROM in its query; both take the same parameters.
 *
 * @throws DomainError WAREHOUSE_UNAVAILABLE when the warehouse cannot answer.
 */
export async function countRows(
  warehouse: Pick<Warehouse, 'query'>,
  from: { readonly exposures: string; readonly events: string },
  parameters: readonly WarehouseValue[],
): Promise<RowCounts> {
  const count = async (source: string): Promise<number> => {
    const rows = await warehouse.query(`SELECT count(*) AS n FROM ${source}`, parameters);
    return Number(rows[0]?.['n']);
  };
  return { exposures: await count(from.exposures), events: await count(from.events) };
}
