import type { PoolClient } from 'pg';

import { ensurePartitions } from './partitions.js';
import { PARTITIONED, type PartitionedTable } from './tables.js';

/** Indexes of version 0.1, whose names the partitioned tables take. */
const INDEXES = ['exposures_by_unit', 'exposures_by_receipt', 'events_by_name', 'events_by_receipt'];

/** Puts the tables of version 0.1, which were not partitioned, aside; returns those that there were. */
export async function setReleasedTablesAside(client: PoolClient): Promise<readonly PartitionedTable[]> {
  const { rows } = await client.query<{ readonly name: PartitionedTable }>(
    `SELECT name FROM unnest($1::text[]) AS name JOIN pg_class c ON c.oid = to_regclass(name) WHERE c.relkind = 'r'`,
    [PARTITIONED],
  );
  if (rows.length > 0) await client.query(`DROP INDEX IF EXISTS ${INDEXES.join(', ')}`);
  for (const { name } of rows) await client.query(`ALTER TABLE ${name} RENAME TO ${name}_released`);
  return rows.map(({ name }) => name);
}

/** Moves the rows of a table that was put aside into partitions. Takes about as long as loading them did. */
export async function moveReleasedRows(client: PoolClient, table: PartitionedTable): Promise<void> {
  const { rows } = await client.query<{ readonly micros: number }>(
    `SELECT DISTINCT extract(epoch FROM date_trunc('month', received_at, 'UTC')) * 1000000 AS micros
     FROM ${table}_released`,
  );
  await ensurePartitions(client, { exposures: [], events: [], [table]: rows.map(({ micros }) => micros) });
  await client.query(`INSERT INTO ${table} SELECT * FROM ${table}_released`);
  await client.query(`DROP TABLE ${table}_released`);
}
