import type { PoolClient } from 'pg';

import { attach, LOCK_TIMEOUT, type Partition } from './partitions.js';
import { CLUSTERED_BY, INDEXES, PARTITION_KEY } from './tables.js';

/** Kept as the comment of a partition whose rows were put in order. */
const CLUSTERED = 'Clustered.';

/**
 * Puts a copy of the partition with its rows in order in its place, within the connection's transaction, unless that was
 * done. Meanwhile queries read on and nobody writes to the partition; only the change of places keeps readers waiting.
 * (CLUSTER would keep them, and with them the look for known ids of every load, waiting all along.)
 */
export async function clusterPartition(client: PoolClient, partition: Partition): Promise<void> {
  const { table, name, startsAt, endsAt } = partition;
  await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  await client.query(`LOCK TABLE ${name} IN SHARE ROW EXCLUSIVE MODE`);
  if (await isClustered(client, partition)) return;
  // Tells what attaching would otherwise look for in every row.
  const received = `CHECK (received_at >= '${startsAt.toISOString()}' AND received_at < '${endsAt.toISOString()}')`;
  await client.query(`CREATE TABLE ${name}_new (LIKE ${table}, ${received})`);
  await client.query(`COMMENT ON TABLE ${name}_new IS '${CLUSTERED}'`);
  await client.query(`INSERT INTO ${name}_new SELECT * FROM ${name} ORDER BY ${CLUSTERED_BY[table]}`);
  await client.query(`ALTER TABLE ${name}_new ADD ${PARTITION_KEY}`);
  for (const definition of Object.values(INDEXES[table])) {
    await client.query(`CREATE INDEX ON ${name}_new ${definition}`);
  }
  await client.query(`ALTER TABLE ${table} DETACH PARTITION ${name}`);
  await client.query(`DROP TABLE ${name}`);
  await client.query(`ALTER TABLE ${name}_new RENAME TO ${name}`);
  await attach(client, partition);
}

async function isClustered(client: PoolClient, { name }: Partition): Promise<boolean> {
  const { rows } = await client.query<{ readonly comment: string | null }>(
    `SELECT obj_description($1::regclass, 'pg_class') AS comment`,
    [name],
  );
  return rows[0]?.comment === CLUSTERED;
}
