/** Columns of a quarantined event, as every statement returns them. */
const COLUMNS = `
  environment_id, event_id, payload, reason, field, message, definition_version, replayed_at,
  (extract(epoch FROM time) * 1000000)::bigint AS time_micros,
  (extract(epoch FROM received_at) * 1000000)::bigint AS received_micros`;

/** Keeps the events of one organization ($1); the others are lists of the same length. */
export const KEEP = `
  INSERT INTO quarantined_event (
    organization_id, environment_id, event_id, event, time, received_at, payload, reason, field, message,
    definition_version
  )
  SELECT $1::uuid, q.environment_id, q.event_id, q.event, 'epoch'::timestamptz + q.time * interval '1 microsecond',
    'epoch'::timestamptz + q.received * interval '1 microsecond', q.payload::json, q.reason, q.field, q.message,
    q.version
  FROM unnest(
    $2::uuid[], $3::uuid[], $4::text[], $5::float8[], $6::float8[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::int[]
  ) AS q (environment_id, event_id, event, time, received, payload, reason, field, message, version)
  ON CONFLICT ON CONSTRAINT quarantined_event_unique DO NOTHING
  RETURNING reason`;

/** $1 environment, $2 to $6 the filter, null where anything fits. */
const FITS = `
  environment_id = $1
  AND ($2::text IS NULL OR event = $2)
  AND ($3::text IS NULL OR reason = $3)
  AND ($4::timestamptz IS NULL OR received_at >= $4)
  AND ($5::timestamptz IS NULL OR received_at < $5)
  AND ($6::uuid[] IS NULL OR event_id = ANY ($6))`;

/** $7 whether replayed or null, $8 and $9 time of receipt in microseconds and id of the last event before, $10 limit. */
export const LIST = `
  SELECT ${COLUMNS} FROM quarantined_event
  WHERE ${FITS}
    AND ($7::boolean IS NULL OR (replayed_at IS NOT NULL) = $7)
    AND ($8::float8 IS NULL OR (received_at, event_id) < ('epoch'::timestamptz + $8 * interval '1 microsecond', $9::uuid))
  ORDER BY received_at DESC, event_id DESC
  LIMIT $10`;

/** $7 id of the last event before or null, $8 limit. */
export const LOCK_NEXT = `
  SELECT ${COLUMNS} FROM quarantined_event
  WHERE ${FITS} AND replayed_at IS NULL AND ($7::uuid IS NULL OR event_id > $7)
  ORDER BY event_id
  LIMIT $8
  FOR UPDATE`;

/** $1 environment, $2 ids. */
export const MARK_REPLAYED = `
  UPDATE quarantined_event SET replayed_at = statement_timestamp()
  WHERE environment_id = $1 AND event_id = ANY ($2::uuid[])`;

/** $1 environment, then lists of the same length. */
export const MARK_FAILED = `
  UPDATE quarantined_event e
  SET reason = q.reason, field = q.field, message = q.message, definition_version = q.version
  FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::int[]) AS q (event_id, reason, field, message, version)
  WHERE e.environment_id = $1 AND e.event_id = q.event_id`;

/** The oldest events of all organizations that were received before $1, at most $2. */
export const DELETE_BEFORE = `
  WITH deleted AS (
    DELETE FROM quarantined_event WHERE (environment_id, event_id) IN (
      SELECT environment_id, event_id FROM quarantined_event WHERE received_at < $1 ORDER BY received_at LIMIT $2
    ) RETURNING 1
  )
  SELECT count(*)::int AS n FROM deleted`;
