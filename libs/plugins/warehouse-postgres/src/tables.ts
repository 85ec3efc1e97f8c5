/**
 * Statements that bring an empty or older schema up to date; idempotent. The connection's search path leads to the
 * schema, which exists.
 *
 * A table keeps its rows in the order in which they arrived, hence by time of receipt; BRIN indexes find a range of that
 * time by a few pages. The primary keys begin with the id: UUIDv7 grow, so inserts touch the same few pages of the index.
 * `exposures_by_unit` holds the units of an experiment in the order of their hashes, each with its times, and all that
 * counting them needs.
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
    unit text NOT NULL,
    CONSTRAINT exposures_pkey PRIMARY KEY (event_id, environment_id)
  )`,
  `CREATE INDEX IF NOT EXISTS exposures_by_unit
    ON exposures (environment_id, experiment, phase, hashtextextended(unit, 0), time)`,
  `CREATE INDEX IF NOT EXISTS exposures_by_receipt ON exposures USING brin (received_at)`,
  `CREATE TABLE IF NOT EXISTS events (
    environment_id uuid NOT NULL,
    event_id uuid NOT NULL,
    time timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    name text NOT NULL,
    value double precision,
    units jsonb NOT NULL,
    properties text NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (event_id, environment_id)
  )`,
  `CREATE INDEX IF NOT EXISTS events_by_name ON events (environment_id, name, time)`,
  `CREATE INDEX IF NOT EXISTS events_by_receipt ON events USING brin (received_at)`,
];

/** Records the offset $2 of the source $1 unless it has come as far, and keeps other loads of the source waiting. */
export const RECORD_OFFSET = `
  INSERT INTO load_offset VALUES ($1, $2)
  ON CONFLICT (source) DO UPDATE SET "offset" = excluded."offset" WHERE excluded."offset" > load_offset."offset"`;

/** One array a column, in the order of the table's columns; times in microseconds. The first row with an id stays. */
export const INSERT_EXPOSURES = `
  INSERT INTO exposures
  SELECT environment_id, event_id, 'epoch'::timestamptz + time * interval '1 microsecond',
    'epoch'::timestamptz + received * interval '1 microsecond',
    flag, variant, rule, experiment, phase, unit_attribute, unit
  FROM unnest($1::uuid[], $2::uuid[], $3::float8[], $4::float8[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::integer[], $10::text[], $11::text[])
    AS r (environment_id, event_id, time, received, flag, variant, rule, experiment, phase, unit_attribute, unit)
  ON CONFLICT DO NOTHING`;

export const INSERT_EVENTS = `
  INSERT INTO events
  SELECT environment_id, event_id, 'epoch'::timestamptz + time * interval '1 microsecond',
    'epoch'::timestamptz + received * interval '1 microsecond',
    name, value, units, properties
  FROM unnest($1::uuid[], $2::uuid[], $3::float8[], $4::float8[], $5::text[], $6::float8[], $7::jsonb[], $8::text[])
    AS r (environment_id, event_id, time, received, name, value, units, properties)
  ON CONFLICT DO NOTHING`;

/** Conditions on the rows that carry the unit $2 in the environment $1. */
export const EXPOSURES_OF_UNIT = `environment_id = $1 AND unit = $2`;
export const EVENTS_OF_UNIT = `environment_id = $1
  AND EXISTS (SELECT FROM jsonb_each_text(units) AS u (attribute, unit) WHERE u.unit = $2)`;

export const RECEIVED_BEFORE = `received_at < 'epoch'::timestamptz + $1::float8 * interval '1 microsecond'`;
