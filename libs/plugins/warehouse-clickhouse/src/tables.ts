/** A part of a table is on disk before an insert is answered: a power cut must not leave an offset without its rows. */
const DURABLE = `SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

/**
 * Statements that bring an empty or older database up to date; idempotent.
 *
 * `exposure_rows` and `event_rows` keep their rows clustered by unit hash and time within what every query names, in
 * partitions by month of receipt. A row that is inserted again is the same in every column, hence collapses with the
 * first one when parts merge, and until then in the views `exposures` and `events`, which everybody reads.
 *
 * `loaded_id` knows every id, in the order of the ids; UUIDv7 grow, so looking for those of a batch reads few granules.
 * ClickHouse orders a UUID itself by its second half, hence UUIDToNum.
 */
export const TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS load_offset (
    source String,
    offset UInt64
  ) ENGINE = ReplacingMergeTree(offset) ORDER BY source ${DURABLE}`,
  `CREATE TABLE IF NOT EXISTS loaded_id (
    kind LowCardinality(String),
    environment_id UUID,
    event_id UUID,
    received_at DateTime64(6, 'UTC')
  ) ENGINE = ReplacingMergeTree ORDER BY (kind, UUIDToNum(event_id), environment_id) ${DURABLE}`,
  `CREATE TABLE IF NOT EXISTS exposure_rows (
    environment_id UUID,
    event_id UUID,
    time DateTime64(6, 'UTC'),
    received_at DateTime64(6, 'UTC'),
    flag LowCardinality(String),
    variant LowCardinality(String),
    rule LowCardinality(String),
    experiment LowCardinality(String),
    phase Int32,
    unit_attribute LowCardinality(String),
    unit String,
    unit_hash UInt64 MATERIALIZED cityHash64(unit)
  ) ENGINE = ReplacingMergeTree
  PARTITION BY toYYYYMM(received_at)
  ORDER BY (environment_id, experiment, phase, unit_hash, time, event_id) ${DURABLE}`,
  `CREATE TABLE IF NOT EXISTS event_rows (
    environment_id UUID,
    event_id UUID,
    time DateTime64(6, 'UTC'),
    received_at DateTime64(6, 'UTC'),
    name LowCardinality(String),
    value Nullable(Float64),
    units Map(String, String),
    properties String,
    unit_hash UInt64 MATERIALIZED cityHash64(units['targetingKey'])
  ) ENGINE = ReplacingMergeTree
  PARTITION BY toYYYYMM(received_at)
  ORDER BY (environment_id, name, unit_hash, time, event_id) ${DURABLE}`,
  `CREATE OR REPLACE VIEW exposures AS
    SELECT environment_id, event_id, time, received_at, flag, variant, rule, experiment, phase, unit_attribute, unit
    FROM exposure_rows FINAL`,
  `CREATE OR REPLACE VIEW events AS
    SELECT environment_id, event_id, time, received_at, name, value, units, properties
    FROM event_rows FINAL`,
];

/** Conditions on the rows that carry the unit $2 in the environment $1. */
export const EXPOSURES_OF_UNIT = `environment_id = toUUID($1) AND unit_hash = cityHash64($2) AND unit = $2`;
export const EVENTS_OF_UNIT = `environment_id = toUUID($1) AND has(mapValues(units), $2)`;

export const RECEIVED_BEFORE = `received_at < fromUnixTimestamp64Micro(CAST($1 AS Int64), 'UTC')`;
