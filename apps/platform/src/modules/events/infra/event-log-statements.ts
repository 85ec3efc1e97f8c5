/**
 * The segments that hold the events beyond $1, as many as hold $2 events or $3 bytes and at least one. The size of
 * what is stored out of line is known without reading it, so nothing beyond the limits is read.
 */
export const READ = `
  SELECT "offset", event_count, environment_id, records,
    (extract(epoch FROM received_at) * 1000000)::bigint AS received_micros
  FROM (
    SELECT *,
      sum(LEAST(event_count, "offset" - $1)) OVER earlier AS events_before,
      sum(octet_length(records)) OVER earlier AS bytes_before
    FROM (SELECT * FROM event_segment WHERE "offset" > $1 ORDER BY "offset" LIMIT $2) AS following
    WINDOW earlier AS (ORDER BY "offset" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
  ) AS sized
  WHERE COALESCE(events_before, 0) < $2 AND COALESCE(bytes_before, 0) < $3
  ORDER BY "offset"`;

/** Where the log ends: the offset of its last event, and the time. */
export const END = `SELECT COALESCE(max("offset"), 0) AS "offset", statement_timestamp() AS time FROM event_segment`;

/** $1 environment, $2 unit, $3 the unit as JSON text, which narrows the search. */
export const ERASE_UNIT = `SELECT erased, last_offset FROM erase_unit_of_event_log($1, $2, $3)`;

/** The same parameters. */
export const COUNT_UNIT = `
  SELECT count(*) AS n
  FROM event_segment s
  CROSS JOIN LATERAL json_array_elements(s.records::json) AS r (record)
  WHERE s.environment_id = $1 AND position($3 IN s.records) > 0 AND event_carries_unit(r.record, $2)`;

/** Makes the partitions of the next days and drops those that nobody needs: $1 retention in seconds. */
export const MAINTAIN = `SELECT created, dropped FROM maintain_event_log(make_interval(secs => $1))`;

/** The newest incarnation, and whether the log still lies where it was when that began. */
export const NEWEST_INCARNATION = `
  SELECT log_id, place IS NOT DISTINCT FROM event_log_place() AS is_here
  FROM event_log_identity ORDER BY generation DESC LIMIT 1`;

/**
 * The incarnations, the oldest first, each with the end of the log and with how far it was trimmed. The first period goes
 * back to 2000 and is dropped first. Numbers may have been skipped around a crash, hence "at least".
 */
export const HISTORY = `
  WITH ended AS (SELECT COALESCE(pg_sequence_last_value('event_log_offset'), 0) AS "end")
  SELECT log_id, after_offset, "end",
    CASE WHEN EXISTS (SELECT FROM event_log_period WHERE starts_on = '2000-01-01') THEN 0
      ELSE COALESCE((SELECT "offset" - event_count FROM event_segment ORDER BY "offset" LIMIT 1), "end")
    END AS trimmed_to
  FROM event_log_identity, ended
  ORDER BY generation`;

/** Begins an incarnation when the log lies elsewhere than before. */
export const CONTINUE_LOG = `SELECT continue_event_log()`;

/** Begins an incarnation that continues nothing, in any case. */
export const BEGIN_ANEW = `SELECT begin_event_log_incarnation(0)`;
