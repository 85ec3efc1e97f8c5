/**
 * Appends the records of one organization: $1 organization, $2 environments, $3 ids, $4 times in milliseconds,
 * $5 kinds, $6 payloads joined by $7. Joined text is split faster than an array of quoted JSON is parsed. Returns the
 * ids that were new.
 */
export const APPEND = `
  INSERT INTO event_log (organization_id, environment_id, event_id, time, kind, payload)
  SELECT $1::uuid, r.environment_id, r.event_id, to_timestamp(r.time_ms / 1000.0), r.kind, r.payload::json
  FROM unnest($2::uuid[], $3::uuid[], $4::float8[], $5::text[], string_to_array($6, $7))
    AS r (environment_id, event_id, time_ms, kind, payload)
  ON CONFLICT ON CONSTRAINT event_log_id_unique DO NOTHING
  RETURNING environment_id, event_id`;

/** Reads on: $1 last offset, $2 limit. */
export const READ = `
  SELECT "offset", environment_id, event_id, kind, payload,
    (extract(epoch FROM time) * 1000000)::bigint AS time_micros,
    (extract(epoch FROM received_at) * 1000000)::bigint AS received_micros
  FROM event_log
  WHERE "offset" > $1
  ORDER BY "offset"
  LIMIT $2`;
