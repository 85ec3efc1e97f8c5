/**
 * Statements that make the tables that an empty or older file lacks; idempotent. Times are UTC.
 *
 * UUIDs are not packed: DuckDB 1.5 takes a hundred times as long to unpack them (1.7 s instead of 17 ms for two million of
 * ten environments), for every query and every look for duplicates. Where a whole segment is of one environment it is
 * still kept as one value.
 */
export const TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS load_offset (
    source VARCHAR PRIMARY KEY,
    "offset" BIGINT NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS exposures (
    environment_id UUID NOT NULL USING COMPRESSION uncompressed,
    event_id UUID NOT NULL USING COMPRESSION uncompressed,
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
    environment_id UUID NOT NULL USING COMPRESSION uncompressed,
    event_id UUID NOT NULL USING COMPRESSION uncompressed,
    time TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    name VARCHAR NOT NULL,
    value DOUBLE,
    units MAP(VARCHAR, VARCHAR) NOT NULL,
    properties VARCHAR NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS clustered (
    table_name VARCHAR PRIMARY KEY,
    received_until TIMESTAMP NOT NULL
  )`,
];

export type EventTable = 'exposures' | 'events';

/** Tables whose rows have UUIDs. */
export const TABLES_OF_ROWS: readonly EventTable[] = ['exposures', 'events'];

/** Tells whether a table packs its UUIDs, as version 0.1 did. */
export const packsIds = (table: string): string => `
  SELECT 1 FROM pragma_storage_info('${table}')
  WHERE column_name IN ('environment_id', 'event_id') AND compression = 'BitPacking' LIMIT 1`;

const ROWS = 'SELECT string_split(unnest(string_split($1, $2)), $3) AS row';

/** The columns of each table as they are read from $row, the texts of a row; in the table's order. */
const COLUMNS: Readonly<Record<EventTable, readonly string[]>> = {
  exposures: [
    ...identityAndTimes(),
    '$row[5]',
    '$row[6]',
    '$row[7]',
    '$row[8]',
    'CAST($row[9] AS INTEGER)',
    '$row[10]',
    '$row[11]',
  ],
  events: [
    ...identityAndTimes(),
    '$row[5]',
    "CAST(NULLIF($row[6], '') AS DOUBLE)",
    "CASE WHEN $row[7] = '' THEN MAP {} ELSE MAP(string_split($row[7], $4), string_split($row[8], $4)) END",
    '$row[9]',
  ],
};

/**
 * Adds rows: $1 their text, $2 what separates rows, $3 what separates the texts of a row, and for events $4 what
 * separates attributes and units. Splitting text takes DuckDB a tenth of what reading JSON does.
 */
export const INSERT: Readonly<Record<EventTable, string>> = {
  exposures: insertStatement('exposures'),
  events: insertStatement('events'),
};

/**
 * Environments and ids of the rows that have one of the ids $1, which are separated by commas. The ids of a batch lie
 * close together when they are UUIDv7, and DuckDB keeps the smallest and largest id of each row group; so naming the
 * batch's range ($2 to $3) makes the look read a few row groups, where a unique index would have to hold every id in
 * memory.
 */
export const KNOWN: Readonly<Record<EventTable, string>> = {
  exposures: knownStatement('exposures'),
  events: knownStatement('events'),
};

function identityAndTimes(): readonly string[] {
  return [
    'CAST($row[1] AS UUID)',
    'CAST($row[2] AS UUID)',
    'make_timestamp(CAST($row[3] AS BIGINT))',
    'make_timestamp(CAST($row[4] AS BIGINT))',
  ];
}

function insertStatement(table: EventTable): string {
  const columns = COLUMNS[table].map((column) => column.replaceAll('$row', 's.row'));
  return `INSERT INTO ${table} SELECT ${columns.join(', ')} FROM (${ROWS}) s`;
}

function knownStatement(table: EventTable): string {
  return `
    SELECT e.environment_id::VARCHAR, e.event_id::VARCHAR
    FROM ${table} e
    SEMI JOIN (SELECT CAST(unnest(string_split($1, ',')) AS UUID) AS id) given ON given.id = e.event_id
    WHERE e.event_id BETWEEN CAST($2 AS UUID) AND CAST($3 AS UUID)`;
}

/** Conditions on the rows that carry the unit $2 in the environment $1. */
export const EXPOSURES_OF_UNIT = `environment_id = CAST($1 AS UUID) AND unit = CAST($2 AS VARCHAR)`;
export const EVENTS_OF_UNIT = `environment_id = CAST($1 AS UUID) AND list_contains(map_values(units), CAST($2 AS VARCHAR))`;

export const RECEIVED_BEFORE = `received_at < make_timestamp(CAST($1 AS BIGINT))`;
