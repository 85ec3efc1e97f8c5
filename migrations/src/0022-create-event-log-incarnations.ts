import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The lives of the event log. Offsets that were given before a restore are given again after it, so the log names a new
 * incarnation as soon as it may lie elsewhere than before: consumers compare offsets within one only.
 */
export class CreateEventLogIncarnations1764000000022 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A server that was restored was started, and a restored table has a file of its own.
    await runner.query(`
      CREATE FUNCTION event_log_place() RETURNS text
      LANGUAGE sql STABLE
      AS $$
        SELECT concat_ws('/', (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint,
          (SELECT oid FROM pg_database WHERE datname = current_database()),
          pg_relation_filenode('event_log_identity'))
      $$
    `);
    await runner.query(`
      ALTER TABLE event_log_identity
        ADD COLUMN generation bigint GENERATED ALWAYS AS IDENTITY,
        ADD COLUMN began_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN after_offset bigint NOT NULL DEFAULT 0,
        ADD COLUMN place text
    `);
    await runner.query(`
      COMMENT ON COLUMN event_log_identity.after_offset IS
      'Of what the log held before, this incarnation continues what lies up to here.'
    `);

    // The lock of append_events: no event comes between the end that is looked at and the new incarnation.
    await runner.query(`
      CREATE FUNCTION begin_event_log_incarnation(continued bigint) RETURNS uuid
      LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = public, pg_temp
      AS $$
      DECLARE
        begun uuid := gen_random_uuid();
      BEGIN
        PERFORM pg_advisory_xact_lock(7310275460010);
        INSERT INTO event_log_identity (log_id, after_offset, place)
        VALUES (begun, continued, event_log_place());
        -- Whoever is further behind reads the whole log again.
        DELETE FROM event_log_identity
        WHERE generation <= (SELECT generation FROM event_log_identity ORDER BY generation DESC OFFSET 100 LIMIT 1);
        RETURN begun;
      END
      $$
    `);
    await runner.query(`
      CREATE FUNCTION continue_event_log() RETURNS uuid
      LANGUAGE plpgsql
      AS $$
      DECLARE
        newest event_log_identity;
      BEGIN
        SELECT * INTO newest FROM event_log_identity ORDER BY generation DESC LIMIT 1;
        IF newest.place IS DISTINCT FROM event_log_place() THEN
          PERFORM pg_advisory_xact_lock(7310275460010);
          -- Somebody else may have begun it while this waited.
          SELECT * INTO newest FROM event_log_identity ORDER BY generation DESC LIMIT 1;
          IF newest.place IS DISTINCT FROM event_log_place() THEN
            RETURN begin_event_log_incarnation(COALESCE(pg_sequence_last_value('event_log_offset'), 0));
          END IF;
        END IF;
        RETURN newest.log_id;
      END
      $$
    `);
    // The other two do nothing that their caller may not do.
    await runner.query(`REVOKE ALL ON FUNCTION begin_event_log_incarnation FROM PUBLIC`);
    await runner.query(`GRANT EXECUTE ON FUNCTION begin_event_log_incarnation TO sortition_app`);
    // Adding the columns has rewritten the table, so its place is known only now.
    await runner.query(`UPDATE event_log_identity SET place = event_log_place()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION continue_event_log, begin_event_log_incarnation, event_log_place`);
    // Consumers have their offsets in the newest.
    await runner.query(
      `DELETE FROM event_log_identity WHERE generation < (SELECT max(generation) FROM event_log_identity)`,
    );
    await runner.query(`
      ALTER TABLE event_log_identity
        DROP COLUMN place, DROP COLUMN after_offset, DROP COLUMN began_at, DROP COLUMN generation
    `);
  }
}
