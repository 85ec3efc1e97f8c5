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

/**
 * Adds the rows of the JSON array $1 that the table lacks. The ids of a batch lie close together when they are UUIDv7,
 * and DuckDB keeps the smallest and largest id of each row group; so naming the batch's range ($2 to $3) makes the look
 * for duplicates read a few row groups, where a unique index would have to hold every id in memory.
 */
export const INSERT_EXPOSURES = insertStatement('exposures', {
  flag: 'VARCHAR',
  variant: 'VARCHAR',
  rule: 'VARCHAR',
  experiment: 'VARCHAR',
  phase: 'INTEGER',
  unitAttribute: 'VARCHAR',
  unit: 'VARCHAR',
});

export const INSERT_EVENTS = insertStatement('events', {
  name: 'VARCHAR',
  value: 'DOUBLE',
  // DuckDB reads a map from a JSON object at twice the cost of its entries.
  units: [{ attribute: 'VARCHAR', unit: 'VARCHAR' }],
  properties: 'VARCHAR',
});

/**
 * @param fields of the rows with their types in JSON, in the order of the table's columns, after those that all rows
 * have; a list of entries becomes a map.
 */
function insertStatement(table: string, fields: Readonly<Record<string, unknown>>): string {
  const row = { environmentId: 'UUID', eventId: 'UUID', timeMicros: 'BIGINT', receivedMicros: 'BIGINT', ...fields };
  const rest = Object.entries(fields).map(([field, type]) =>
    typeof type === 'string' ? `s.row."${field}"` : `map_from_entries(s.row."${field}")`,
  );
  return `
    INSERT INTO ${table}
    SELECT s.row."environmentId", s.row."eventId",
      make_timestamp(s.row."timeMicros"), make_timestamp(s.row."receivedMicros"), ${rest.join(', ')}
    FROM (SELECT unnest(from_json_strict($1, '${JSON.stringify([row])}')) AS row) s
    WHERE NOT EXISTS (
      SELECT 1 FROM ${table} e WHERE e.event_id BETWEEN CAST($2 AS UUID) AND CAST($3 AS UUID)
        AND e.environment_id = s.row."environmentId" AND e.event_id = s.row."eventId"
    )`;
}

/** Conditions on the rows that carry the unit $2 in the environment $1. */
export const EXPOSURES_OF_UNIT = `environment_id = CAST($1 AS UUID) AND unit = CAST($2 AS VARCHAR)`;
export const EVENTS_OF_UNIT = `environment_id = CAST($1 AS UUID) AND list_contains(map_values(units), CAST($2 AS VARCHAR))`;

export const RECEIVED_BEFORE = `received_at < make_timestamp(CAST($1 AS BIGINT))`;
