import { rm } from 'node:fs/promises';

import { type DuckDBAppender, DuckDBInstance } from '@duckdb/node-api';
import type { WarehouseRow, WarehouseValue } from '@sortition/plugin-sdk';

import { duckDbFailure } from './duckdb-failure.js';

/** Type of a column of the file; `time` is given in microseconds since the Unix epoch, `map` as a JSON object of texts. */
export type ParquetType = 'text' | 'double' | 'integer' | 'time' | 'map';

export interface ParquetColumn {
  /** Name in the file. */
  readonly name: string;
  readonly type: ParquetType;
  /** Name in the rows. Default: `name`. */
  readonly from?: string;
}

const MEMORY_LIMIT = '512MB';
const STAGED_TYPE = { text: 'VARCHAR', double: 'DOUBLE', integer: 'BIGINT', time: 'BIGINT', map: 'VARCHAR' } as const;

/**
 * Writes rows into one Parquet file, by way of a database file beside it, so that memory does not grow with the rows.
 * Returns how many rows there were. Times are UTC.
 *
 * @throws DomainError WAREHOUSE_UNAVAILABLE when the disk takes no more, and what `batches` throws.
 */
export async function writeParquet(
  path: string,
  columns: readonly ParquetColumn[],
  batches: AsyncIterable<readonly WarehouseRow[]>,
): Promise<number> {
  const stage = `${path}.stage`;
  const instance = await DuckDBInstance.create(stage, {
    memory_limit: MEMORY_LIMIT,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    const staged = columns.map(({ name, type }) => `${quoted(name)} ${STAGED_TYPE[type]}`);
    await connection.run(`CREATE TABLE staged (${staged.join(', ')})`);
    let count = 0;
    for await (const rows of batches) {
      const appender = await connection.createAppender('staged');
      for (const row of rows) {
        for (const { name, type, from } of columns) append(appender, type, row[from ?? name] ?? null);
        appender.endRow();
      }
      appender.closeSync();
      count += rows.length;
    }
    const shown = columns.map((column) => `${expressionOf(column)} AS ${quoted(column.name)}`);
    const file = path.replaceAll("'", "''");
    await connection.run(
      `COPY (SELECT ${shown.join(', ')} FROM staged) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`,
    );
    connection.closeSync();
    return count;
  } catch (error) {
    throw duckDbFailure(error);
  } finally {
    instance.closeSync();
    for (const left of [stage, `${stage}.wal`]) await rm(left, { force: true });
  }
}

function append(appender: DuckDBAppender, type: ParquetType, value: WarehouseValue): void {
  if (value === null) appender.appendNull();
  else if (type === 'double') appender.appendDouble(Number(value));
  else if (type === 'integer' || type === 'time') appender.appendBigInt(BigInt(Number(value)));
  else appender.appendVarchar(String(value));
}

function expressionOf({ name, type }: ParquetColumn): string {
  if (type === 'time') return `make_timestamp(${quoted(name)})`;
  if (type === 'map') return `CAST(CAST(${quoted(name)} AS JSON) AS MAP(VARCHAR, VARCHAR))`;
  return quoted(name);
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
