import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How the events of one unit leave the event log. The application may append and read only; this function runs as the
 * owner, and row-level security holds the owner to the organization of the transaction like everybody else.
 */
export class EraseUnitsOfEventLog1764000000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A record is [event id, time, kind, payload].
    await runner.query(`
      CREATE FUNCTION event_carries_unit(record json, unit text) RETURNS boolean
      LANGUAGE sql IMMUTABLE
      AS $$
        SELECT CASE record ->> 2
          WHEN 'exposure' THEN record -> 3 ->> 'unit' = unit
          ELSE EXISTS (SELECT FROM json_each_text(record -> 3 -> 'units') AS u (attribute, value) WHERE u.value = unit)
        END
      $$
    `);
    await runner.query(`
      CREATE FUNCTION erase_unit_of_event_log(
        environment uuid, unit text, unit_as_json text, OUT erased bigint, OUT last_offset bigint
      )
      LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = public, pg_temp
      AS $$
      DECLARE
        segment record;
      BEGIN
        erased := 0;
        last_offset := 0;
        FOR segment IN
          SELECT s."offset", s.received_at, count(*) FILTER (WHERE event_carries_unit(r.record, unit)) AS carrying,
            '[' || string_agg(
              CASE WHEN event_carries_unit(r.record, unit)
                THEN format('[%s,%s,"tracked",{"name":"","value":null,"units":{},"properties":{}}]',
                  r.record -> 0, r.record -> 1)
                ELSE r.record::text
              END, E',\\n' ORDER BY r.ordinality) || ']' AS records
          FROM event_segment s
          CROSS JOIN LATERAL json_array_elements(s.records::json) WITH ORDINALITY AS r (record, ordinality)
          WHERE s.organization_id = current_organization() AND s.environment_id = environment
            AND position(unit_as_json IN s.records) > 0
          GROUP BY s."offset", s.received_at
          ORDER BY s."offset"
        LOOP
          CONTINUE WHEN segment.carrying = 0;
          UPDATE event_segment s SET records = segment.records
          WHERE s."offset" = segment."offset" AND s.received_at = segment.received_at;
          erased := erased + segment.carrying;
          last_offset := segment."offset";
        END LOOP;
      END
      $$
    `);
    await runner.query(`
      COMMENT ON FUNCTION erase_unit_of_event_log IS
      'Puts an event without name, units and properties in the place of each event of the unit, so that every other event keeps its offset and every id stays known. unit_as_json only narrows the search.'
    `);
    await runner.query(`REVOKE ALL ON FUNCTION erase_unit_of_event_log FROM PUBLIC`);
    await runner.query(`GRANT EXECUTE ON FUNCTION erase_unit_of_event_log TO sortition_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION erase_unit_of_event_log, event_carries_unit`);
  }
}
