import type { ClientBase } from 'pg';

import { PARTITION_KEY, PARTITIONED, type PartitionedTable } from './tables.js';

/** Rows of a table that were received in one month of UTC. */
export interface Partition {
  readonly table: PartitionedTable;
  /** `events_202605` */
  readonly name: string;
  readonly startsAt: Date;
  /** Not included. */
  readonly endsAt: Date;
}

const NAME = /_(\d{4})(\d{2})$/;

/** How long a change of the partitions waits for those who read the table, and keeps later ones waiting with it. */
export const LOCK_TIMEOUT = '3s';

/** The partition for what was received at a time, in microseconds since the Unix epoch. */
function partitionOf(table: PartitionedTable, receivedMicros: number): Partition {
  const received = new Date(receivedMicros / 1_000);
  return partition(table, received.getUTCFullYear(), received.getUTCMonth());
}

/** The partitions that there are, oldest first. */
export async function partitionsOf(client: ClientBase, table: PartitionedTable): Promise<readonly Partition[]> {
  const { rows } = await client.query<{ readonly name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = $1::regclass ORDER BY 1`,
    [table],
  );
  return rows.flatMap(({ name }) => {
    const [, year, month] = NAME.exec(name) ?? [];
    return year === undefined ? [] : [partition(table, Number(year), Number(month) - 1)];
  });
}

/** Makes the partitions of the rows that have none, within the connection's transaction, alone: see BEGIN_LOAD. */
export async function ensurePartitions(
  client: ClientBase,
  received: Readonly<Record<PartitionedTable, Iterable<number>>>,
): Promise<void> {
  const wanted = new Map<string, Partition>();
  for (const table of PARTITIONED) {
    for (const micros of received[table]) {
      const found = partitionOf(table, micros);
      wanted.set(found.name, found);
    }
  }
  const { rows } = await client.query<{ readonly name: string }>(
    `SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NULL`,
    [[...wanted.keys()]],
  );
  for (const { name } of rows) {
    const missing = wanted.get(name);
    if (!missing) continue;
    await client.query(`CREATE TABLE ${name} (LIKE ${missing.table}, ${PARTITION_KEY})`);
    await attach(client, missing);
  }
}

/** Attaching, other than making a partition in one statement, lets queries and loads of the table go on. */
export async function attach(client: ClientBase, { table, name, startsAt, endsAt }: Partition): Promise<void> {
  await client.query(
    `ALTER TABLE ${table} ATTACH PARTITION ${name}
     FOR VALUES FROM ('${startsAt.toISOString()}') TO ('${endsAt.toISOString()}')`,
  );
}

function partition(table: PartitionedTable, year: number, month: number): Partition {
  const startsAt = new Date(Date.UTC(year, month));
  return {
    table,
    name: `${table}_${startsAt.toISOString().slice(0, 7).replace('-', '')}`,
    startsAt,
    endsAt: new Date(Date.UTC(year, month + 1)),
  };
}
