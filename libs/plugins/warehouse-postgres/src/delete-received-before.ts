import type { PoolClient } from 'pg';

import type { Connections } from './connections.js';
import { LOCK_TIMEOUT, type Partition } from './partitions.js';

/** Pages that one statement looks through, 64 MiB: retention never holds locks or swells the log for long. */
const PAGES_PER_STATEMENT = 8_192;

/**
 * Deletes what the partition holds of before a time, and returns how many rows that were: the partition as a whole when
 * its month was over by then.
 *
 * @param receivedMicros microseconds since the Unix epoch.
 */
export async function deleteReceivedBefore(
  connections: Connections,
  deadlineMs: number,
  partition: Partition,
  receivedMicros: number,
): Promise<number> {
  if (partition.startsAt.getTime() * 1_000 >= receivedMicros) return 0;
  if (partition.endsAt.getTime() * 1_000 <= receivedMicros) {
    return connections.transaction(deadlineMs, (client) => drop(client, partition));
  }
  let deleted = 0;
  const pages = await connections.use(deadlineMs, (client) => pagesOf(client, partition));
  for (let page = 0; page < pages; page += PAGES_PER_STATEMENT) {
    deleted += await connections.transaction(deadlineMs, (client) =>
      deletePages(client, partition, page, page + PAGES_PER_STATEMENT, receivedMicros),
    );
  }
  return deleted;
}

async function drop(client: PoolClient, { name }: Partition): Promise<number> {
  const { rows } = await client.query<{ readonly n: number }>(`SELECT count(*) AS n FROM ${name}`);
  await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  await client.query(`DROP TABLE ${name}`);
  return rows[0]?.n ?? 0;
}

async function pagesOf(client: PoolClient, { name }: Partition): Promise<number> {
  const { rows } = await client.query<{ readonly pages: number }>(
    `SELECT pg_relation_size($1::regclass) / current_setting('block_size')::integer AS pages`,
    [name],
  );
  return rows[0]?.pages ?? 0;
}

async function deletePages(
  client: PoolClient,
  { name }: Partition,
  from: number,
  to: number,
  receivedMicros: number,
): Promise<number> {
  const { rowCount } = await client.query(
    `DELETE FROM ${name}
     WHERE ctid >= '(${String(from)},0)' AND ctid < '(${String(to)},0)'
       AND received_at < 'epoch'::timestamptz + $1::float8 * interval '1 microsecond'`,
    [receivedMicros],
  );
  return rowCount ?? 0;
}
