import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How the application appends to the event log, and how its partitions come and go. */
export class CreateEventLogFunctions1764000000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The lock makes offsets visible in their order: see PostgresEventLog. It is held until the transaction ends.
    // Each statement of a volatile function sees what was committed while it waited for the lock.
    await runner.query(`
      CREATE FUNCTION append_events(environment uuid, ids uuid[], new_records text) RETURNS uuid[]
      LANGUAGE plpgsql
      SET enable_seqscan = off
      SET jit = off
      AS $$
      DECLARE
        known uuid[];
        organization uuid := current_organization();
        received timestamptz;
        size integer := cardinality(ids);
      BEGIN
        PERFORM pg_advisory_xact_lock(7310275460010), set_config('synchronous_commit', 'on', true);
        SELECT array_agg(i.event_id) INTO known
        FROM event_identity i WHERE i.event_id = ANY (ids) AND i.environment_id = environment;
        IF known IS NOT NULL THEN
          RETURN known;
        END IF;
        received := clock_timestamp();
        INSERT INTO event_identity (received_at, event_id, environment_id, organization_id)
        SELECT received, id, environment, organization FROM unnest(ids) AS id;
        INSERT INTO event_segment ("offset", event_count, organization_id, environment_id, received_at, records)
        VALUES (
          setval('event_log_offset', nextval('event_log_offset') + size - 1),
          size, organization, environment, received, new_records
        );
        RETURN '{}';
      END
      $$
    `);
    await runner.query(`
      COMMENT ON FUNCTION append_events IS
      'Appends all records, or none and returns the ids that the log holds already. Ids must not repeat.'
    `);

    // Runs as its owner, because the application owns no table and so can neither make nor drop one.
    await runner.query(`
      CREATE FUNCTION maintain_event_log(retention interval, OUT created integer, OUT dropped integer)
      LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = public, pg_temp
      SET lock_timeout = '3s'
      AS $$
      DECLARE
        today date := (now() AT TIME ZONE 'UTC')::date;
        period event_log_period;
        passed bigint;
        parent text;
        leaf text;
      BEGIN
        created := 0;
        dropped := 0;
        IF retention < interval '0' THEN
          RAISE EXCEPTION 'The retention % is negative.', retention;
        END IF;
        -- No SET clause of the function: only a superuser may write one for a setting of an application's own.
        PERFORM set_config('sortition.event_consumer', 'on', true);
        PERFORM pg_advisory_xact_lock(7310275460010);
        LOOP
          SELECT COALESCE(max(ends_on), today) INTO period.starts_on FROM event_log_period;
          EXIT WHEN period.starts_on > today + 2;
          period.ends_on := greatest(period.starts_on, today) + 1;
          INSERT INTO event_log_period VALUES (period.starts_on, period.ends_on);
          FOREACH parent IN ARRAY ARRAY['event_segment', 'event_identity'] LOOP
            leaf := parent || to_char(period.starts_on, '_YYYYMMDD');
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
              leaf, parent, period.starts_on::text || ' 00:00Z', period.ends_on::text || ' 00:00Z');
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', leaf);
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', leaf);
          END LOOP;
          EXECUTE format('CREATE UNIQUE INDEX %I ON %I (event_id, environment_id)', leaf || '_unique', leaf);
          created := created + 1;
        END LOOP;

        -- Without a consumer there is nobody who has passed anything.
        SELECT min("offset") INTO passed FROM event_consumer;
        FOR period IN
          SELECT * FROM event_log_period
          WHERE ends_on <= today AND ends_on::timestamp AT TIME ZONE 'UTC' <= now() - retention
          ORDER BY starts_on
        LOOP
          EXIT WHEN passed IS NULL OR EXISTS (
            SELECT FROM event_segment
            WHERE received_at >= period.starts_on::timestamp AT TIME ZONE 'UTC'
              AND received_at < period.ends_on::timestamp AT TIME ZONE 'UTC'
              AND "offset" > passed
          );
          EXECUTE format('DROP TABLE %I, %I',
            'event_segment' || to_char(period.starts_on, '_YYYYMMDD'),
            'event_identity' || to_char(period.starts_on, '_YYYYMMDD'));
          DELETE FROM event_log_period WHERE starts_on = period.starts_on;
          dropped := dropped + 1;
        END LOOP;
      END
      $$
    `);
    await runner.query(`REVOKE ALL ON FUNCTION maintain_event_log FROM PUBLIC`);
    await runner.query(`GRANT EXECUTE ON FUNCTION maintain_event_log TO sortition_app`);
    await runner.query(`SELECT maintain_event_log('1000 years')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION maintain_event_log, append_events`);
  }
}
