import type { DuckDbWriter } from './duckdb-writer.js';
import type { EventTable } from './tables.js';

/**
 * Rows are put in order a run at a time, so that loads wait for a few seconds at most and DuckDB never sorts more than a
 * run. A run consists of whole hours, by receipt, and has at least so many rows.
 */
export const ROWS_OF_RUN = 1_000_000;

/**
 * How the rows of a run lie: by unit hash and time within what every query names. DuckDB keeps the smallest and the
 * largest value of each row group (122,880 rows) and reads only those that may hold what is asked for.
 */
const ORDER: Readonly<Record<EventTable, string>> = {
  exposures: 'environment_id, experiment, phase, hash(unit), time',
  events: `environment_id, name, hash(units['targetingKey']), time`,
};

/** Where the run begins that follows those that are in order. */
const START = `SELECT COALESCE(max(epoch_us(received_until)), 0) FROM clustered WHERE table_name = $1`;
const REMEMBER = `INSERT OR REPLACE INTO clustered VALUES ($1, make_timestamp(CAST($2 AS BIGINT)))`;
const IS_OF_RUN =
  'received_at >= make_timestamp(CAST($1 AS BIGINT)) AND received_at < make_timestamp(CAST($2 AS BIGINT))';

/**
 * Puts the next run in order, in the transaction that is open; returns false while there are too few rows. Rows come in
 * the order of their receipt, so the hours before one that has rows are complete; what is late stays as it came.
 */
export async function orderNextRun(writer: DuckDbWriter, table: EventTable, rows: number): Promise<boolean> {
  const start = Number((await writer.read(START, [table]))[0]?.[0]);
  const end = (await writer.read(endOfRun(table), [start, rows]))[0]?.[0];
  if (end === null || end === undefined) return false;
  const bounds = [start, Number(end)];
  await writer.run(`CREATE TEMP TABLE run AS SELECT * FROM ${table} WHERE ${IS_OF_RUN}`, bounds);
  await writer.run(`DELETE FROM ${table} WHERE ${IS_OF_RUN}`, bounds);
  await writer.run(`INSERT INTO ${table} SELECT * FROM run ORDER BY ${ORDER[table]}`);
  await writer.run('DROP TABLE run');
  await writer.run(REMEMBER, [table, Number(end)]);
  return true;
}

/** The first hour before which there are $2 rows from $1 on; null when there is none. */
function endOfRun(table: EventTable): string {
  return `
    SELECT epoch_us(min(hour))
    FROM (
      SELECT hour, sum(rows) OVER (ORDER BY hour ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS rows_before
      FROM (
        SELECT date_trunc('hour', received_at) AS hour, count(*) AS rows
        FROM ${table} WHERE received_at >= make_timestamp(CAST($1 AS BIGINT)) GROUP BY hour
      )
    )
    WHERE rows_before >= $2`;
}
