/** The tables whose rows are partitioned, by the names that queries use. */
export const PARTITIONED = ['exposures', 'events'] as const;

export type PartitionedTable = (typeof PARTITIONED)[number];

/** The texts of an event's units, as its index holds them: whichever attribute names a unit, it is found. */
const UNITS_OF_EVENT = `jsonb_path_query_array(units, '$.*')`;

/**
 * Statements that make the tables that an empty or older schema lacks; idempotent. The connection's search path leads to the
 * schema, which exists.
 *
 * `exposures` and `events` are partitioned by the month of receipt. The partitions have a primary key each, which begins
 * with the id: UUIDv7 grow, so inserts touch the same few pages of the index. Rows lie in the order in which they
 * arrived until their month is over, and by unit after that (see `clusterPartition`).
 */
export const TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS load_offset (
    source text CONSTRAINT load_offset_pkey PRIMARY KEY,
    "offset" bigint NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS exposures (
    environment_id uuid NOT NULL,
    event_id uuid NOT NULL,
    time timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    flag text NOT NULL,
    variant text NOT NULL,
    rule text NOT NULL,
    experiment text NOT NULL,
    phase integer NOT NULL,
    unit_attribute text NOT NULL,
    unit text NOT NULL
  ) PARTITION BY RANGE (received_at)`,
  `CREATE TABLE IF NOT EXISTS events (
    environment_id uuid NOT NULL,
    event_id uuid NOT NULL,
    time timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    name text NOT NULL,
    value double precision,
    units jsonb NOT NULL,
    properties text NOT NULL
  ) PARTITION BY RANGE (received_at)`,
];

/** The indexes of a table by name, each as what follows the table. A partition has them all, besides its key. */
export const INDEXES: Readonly<Record<PartitionedTable, Readonly<Record<string, string>>>> = {
  exposures: {
    exposures_by_experiment: '(environment_id, experiment, phase)',
    exposures_by_unit: '(environment_id, hashtextextended(unit, 0), time)',
    exposures_by_receipt: 'USING brin (received_at)',
  },
  events: {
    events_by_name: '(environment_id, name)',
    events_by_unit: `USING gin ((${UNITS_OF_EVENT}) jsonb_path_ops)`,
    events_by_receipt: 'USING brin (received_at)',
  },
};

export const PARTITION_KEY = 'PRIMARY KEY (event_id, environment_id)';

/** How the rows of a month that is over lie: by unit hash and time within what every query names. */
export const CLUSTERED_BY = {
  exposures: 'environment_id, experiment, phase, hashtextextended(unit, 0), time',
  events: `environment_id, name, hashtextextended(units ->> 'targetingKey', 0), time`,
} as const;

/**
 * Begins a load. It keeps other loads waiting, of all sources and processes: a partition's key cannot tell what another
 * partition holds, so nobody may come between the look for known ids and the insert. That look goes by the keys, also
 * while the planner has no figures of a new partition yet.
 */
export const BEGIN_LOAD = `
  LOCK TABLE load_offset IN SHARE ROW EXCLUSIVE MODE;
  SET LOCAL enable_seqscan = off;
  SET LOCAL jit = off`;

/** Records the offset $2 of the source $1 unless it has come as far. */
export const RECORD_OFFSET = `
  INSERT INTO load_offset VALUES ($1, $2)
  ON CONFLICT (source) DO UPDATE SET "offset" = excluded."offset" WHERE excluded."offset" > load_offset."offset"`;

/** One array a column, in the order of the table's columns; times in microseconds. The first row with an id stays. */
export const INSERT_EXPOSURES = insertStatement('exposures', {
  flag: 'text',
  variant: 'text',
  rule: 'text',
  experiment: 'text',
  phase: 'integer',
  unit_attribute: 'text',
  unit: 'text',
});

export const INSERT_EVENTS = insertStatement('events', {
  name: 'text',
  value: 'float8',
  units: 'jsonb',
  properties: 'text',
});

/** @param rest columns behind those that both tables have, with their types. */
function insertStatement(table: PartitionedTable, rest: Readonly<Record<string, string>>): string {
  const names = Object.keys(rest).join(', ');
  const types = ['uuid', 'uuid', 'float8', 'float8', ...Object.values(rest)];
  return `
  WITH known AS MATERIALIZED (
    SELECT environment_id, event_id FROM ${table} WHERE event_id = ANY ($2::uuid[])
  )
  INSERT INTO ${table}
  SELECT DISTINCT ON (r.event_id, r.environment_id) r.environment_id, r.event_id,
    'epoch'::timestamptz + r.time * interval '1 microsecond', 'epoch'::timestamptz + r.received * interval '1 microsecond',
    ${names}
  FROM unnest(${types.map((type, index) => `$${String(index + 1)}::${type}[]`).join(', ')})
    WITH ORDINALITY AS r (environment_id, event_id, time, received, ${names}, ordinality)
  WHERE NOT EXISTS (SELECT FROM known k WHERE k.event_id = r.event_id AND k.environment_id = r.environment_id)
  ORDER BY r.event_id, r.environment_id, r.ordinality`;
}

/** Conditions on the rows that carry the unit $2 in the environment $1. */
export const EXPOSURES_OF_UNIT = `environment_id = $1 AND hashtextextended(unit, 0) = hashtextextended($2, 0) AND unit = $2`;
export const EVENTS_OF_UNIT = `environment_id = $1 AND ${UNITS_OF_EVENT} @> jsonb_build_array($2::text)`;
