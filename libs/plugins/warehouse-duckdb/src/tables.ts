/** Statements that bring an empty or older file up to date; idempotent. Times are UTC. */
export const TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS load_offset (
    source VARCHAR PRIMARY KEY,
    "offset" BIGINT NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS exposures (
    environment_id UUID NOT NULL,
    event_id UUID NOT NULL,
    time TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    flag VARCHAR NOT NULL,
    variant VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    experiment VARCHAR NOT NULL,
    phase INTEGER NOT NULL,
    unit_attribute VARCHAR NOT NULL,
    unit VARCHAR NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS events (
    environment_id UUID NOT NULL,
    event_id UUID NOT NULL,
    time TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    name VARCHAR NOT NULL,
    value DOUBLE,
    units MAP(VARCHAR, VARCHAR) NOT NULL,
    properties VARCHAR NOT NULL
  )`,
];

/** Where a batch lands before its new rows are moved; private to the loading connection, never written to disk. */
export const STAGING_TABLES: readonly string[] = [
  `CREATE TEMP TABLE staged_exposures (
    environment_id VARCHAR, event_id VARCHAR, time_micros DOUBLE, received_micros DOUBLE,
    flag VARCHAR, variant VARCHAR, rule VARCHAR, experiment VARCHAR, phase INTEGER, unit_attribute VARCHAR, unit VARCHAR
  )`,
  `CREATE TEMP TABLE staged_events (
    environment_id VARCHAR, event_id VARCHAR, time_micros DOUBLE, received_micros DOUBLE,
    name VARCHAR, value DOUBLE, units VARCHAR, properties VARCHAR
  )`,
];

/**
 * Moves the staged rows that the table lacks. The ids of a batch lie close together when they are UUIDv7, and DuckDB
 * keeps the smallest and largest id of each row group; so naming the batch's range ($1 to $2) makes the look for
 * duplicates read a few row groups, where a unique index would have to hold every id in memory.
 */
export const MOVE_EXPOSURES = `
  INSERT INTO exposures
  SELECT CAST(s.environment_id AS UUID), CAST(s.event_id AS UUID),
    make_timestamp(CAST(s.time_micros AS BIGINT)), make_timestamp(CAST(s.received_micros AS BIGINT)),
    s.flag, s.variant, s.rule, s.experiment, s.phase, s.unit_attribute, s.unit
  FROM staged_exposures s
  ANTI JOIN (
    SELECT environment_id, event_id FROM exposures WHERE event_id BETWEEN CAST($1 AS UUID) AND CAST($2 AS UUID)
  ) e ON e.environment_id = CAST(s.environment_id AS UUID) AND e.event_id = CAST(s.event_id AS UUID)`;

export const MOVE_EVENTS = `
  INSERT INTO events
  SELECT CAST(s.environment_id AS UUID), CAST(s.event_id AS UUID),
    make_timestamp(CAST(s.time_micros AS BIGINT)), make_timestamp(CAST(s.received_micros AS BIGINT)),
    s.name, s.value, CAST(CAST(s.units AS JSON) AS MAP(VARCHAR, VARCHAR)), s.properties
  FROM staged_events s
  ANTI JOIN (
    SELECT environment_id, event_id FROM events WHERE event_id BETWEEN CAST($1 AS UUID) AND CAST($2 AS UUID)
  ) e ON e.environment_id = CAST(s.environment_id AS UUID) AND e.event_id = CAST(s.event_id AS UUID)`;

/** Conditions on the rows that carry the unit $2 in the environment $1. */
export const EXPOSURES_OF_UNIT = `environment_id = CAST($1 AS UUID) AND unit = CAST($2 AS VARCHAR)`;
export const EVENTS_OF_UNIT = `environment_id = CAST($1 AS UUID) AND list_contains(map_values(units), CAST($2 AS VARCHAR))`;

export const RECEIVED_BEFORE = `received_at < make_timestamp(CAST($1 AS BIGINT))`;
