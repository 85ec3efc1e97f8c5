import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The event log as segments: one row for the events that an environment had in one append, and one narrow row an event
 * that recognises its repetition. Both are partitioned by the time of receipt. What the old table held is moved.
 */
export class CreateEventSegments1764000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The first period holds what is moved and today's events; maintain_event_log() adds one a day after it.
    await runner.query(`
      CREATE TABLE event_log_period (
        starts_on date CONSTRAINT event_log_period_pkey PRIMARY KEY,
        ends_on date NOT NULL CONSTRAINT event_log_period_ends_later CHECK (ends_on > starts_on)
      )
    `);
    await runner.query(`GRANT SELECT ON event_log_period TO sortition_app`);

    await runner.query(`CREATE SEQUENCE event_log_offset`);
    await runner.query(`GRANT USAGE, UPDATE ON SEQUENCE event_log_offset TO sortition_app`);

    // "offset" is that of the last event; records is a JSON array of [event id, time in ms, kind, payload].
    await runner.query(`
      CREATE TABLE event_segment (
        "offset" bigint NOT NULL,
        event_count integer NOT NULL CONSTRAINT event_segment_not_empty CHECK (event_count > 0),
        organization_id uuid NOT NULL,
        environment_id uuid NOT NULL,
        received_at timestamptz NOT NULL,
        records text NOT NULL
      ) PARTITION BY RANGE (received_at)
    `);
    // Compressing would cost as much time as everything else together.
    await runner.query(`ALTER TABLE event_segment ALTER COLUMN records SET STORAGE EXTERNAL`);
    await runner.query(`CREATE INDEX event_segment_by_offset ON event_segment ("offset")`);

    // Its partitions have a unique index on (event_id, environment_id) each; the parent could not.
    await runner.query(`
      CREATE TABLE event_identity (
        received_at timestamptz NOT NULL,
        event_id uuid NOT NULL,
        environment_id uuid NOT NULL,
        organization_id uuid NOT NULL
      ) PARTITION BY RANGE (received_at)
    `);

    await this.createFirstPeriod(runner);
    await this.moveRows(runner);

    for (const table of ['event_segment', 'event_identity']) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await runner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
      // The sub-selects are evaluated once a statement instead of once a row.
      await runner.query(`
        CREATE POLICY tenant ON ${table}
        USING (organization_id = (SELECT current_organization()))
        WITH CHECK (organization_id = (SELECT current_organization()))
      `);
      await runner.query(`GRANT SELECT, INSERT ON ${table} TO sortition_app`);
    }
    // Consumers follow the log of all organizations; they may read and nothing else.
    await runner.query(`
      CREATE POLICY consume ON event_segment FOR SELECT
      USING ((SELECT current_setting('sortition.event_consumer', true)) = 'on')
    `);
    await this.createView(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SELECT set_config('sortition.event_consumer', 'on', true)`);
    await runner.query(`
      CREATE TABLE event_log_table (
        "offset" bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT event_log_pkey PRIMARY KEY,
        organization_id uuid NOT NULL,
        environment_id uuid NOT NULL,
        event_id uuid NOT NULL,
        received_at timestamptz NOT NULL DEFAULT statement_timestamp(),
        time timestamptz NOT NULL,
        kind text NOT NULL CONSTRAINT event_log_kind_known CHECK (kind IN ('exposure', 'tracked')),
        payload json NOT NULL,
        CONSTRAINT event_log_id_unique UNIQUE (environment_id, event_id)
      )
    `);
    await runner.query(`
      INSERT INTO event_log_table OVERRIDING SYSTEM VALUE
      SELECT s."offset" - s.event_count + r.ordinality, s.organization_id, s.environment_id, (r.record ->> 0)::uuid,
        s.received_at, to_timestamp((r.record ->> 1)::float8 / 1000), r.record ->> 2, r.record -> 3
      FROM event_segment s
      CROSS JOIN LATERAL json_array_elements(s.records::json) WITH ORDINALITY AS r (record, ordinality)
    `);
    await runner.query(`
      SELECT setval(pg_get_serial_sequence('event_log_table', 'offset'), nextval('event_log_offset'), false)
    `);
    await runner.query(`DROP VIEW event_log`);
    await runner.query(`DROP TABLE event_segment, event_identity, event_log_period`);
    await runner.query(`DROP SEQUENCE event_log_offset`);
    await runner.query(`ALTER TABLE event_log_table RENAME TO event_log`);
    await runner.query(`ALTER TABLE event_log ENABLE ROW LEVEL SECURITY`);
    await runner.query(`ALTER TABLE event_log FORCE ROW LEVEL SECURITY`);
    await runner.query(`
      CREATE POLICY tenant ON event_log
      USING (organization_id = (SELECT current_organization()))
      WITH CHECK (organization_id = (SELECT current_organization()))
    `);
    await runner.query(`
      CREATE POLICY consume ON event_log FOR SELECT
      USING ((SELECT current_setting('sortition.event_consumer', true)) = 'on')
    `);
    await runner.query(`GRANT SELECT, INSERT ON event_log TO sortition_app`);
  }

  private async createFirstPeriod(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $$
      DECLARE
        ends_on date := (now() AT TIME ZONE 'UTC')::date + 1;
        parent text;
      BEGIN
        INSERT INTO event_log_period VALUES ('2000-01-01', ends_on);
        FOREACH parent IN ARRAY ARRAY['event_segment', 'event_identity'] LOOP
          EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
            parent || '_20000101', parent, '2000-01-01 00:00Z', ends_on::text || ' 00:00Z');
          EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', parent || '_20000101');
          EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', parent || '_20000101');
        END LOOP;
        CREATE UNIQUE INDEX event_identity_20000101_unique ON event_identity_20000101 (event_id, environment_id);
      END
      $$
    `);
  }

  /** Every offset stays what it was, so consumers read on where they are. */
  private async moveRows(runner: QueryRunner): Promise<void> {
    await runner.query(`SELECT set_config('sortition.event_consumer', 'on', true)`);
    await runner.query(`
      INSERT INTO event_segment
      SELECT "offset", 1, organization_id, environment_id, received_at,
        format('[["%s",%s,"%s",%s]]', event_id, round(extract(epoch FROM time) * 1000)::bigint, kind, payload)
      FROM event_log
    `);
    await runner.query(`
      INSERT INTO event_identity SELECT received_at, event_id, environment_id, organization_id FROM event_log
    `);
    await runner.query(`
      SELECT setval('event_log_offset', nextval(pg_get_serial_sequence('event_log', 'offset')), false)
    `);
    await runner.query(`DROP TABLE event_log`);
  }

  /** One row an event, for people; whoever reads it sees what the tables show them. */
  private async createView(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE VIEW event_log WITH (security_invoker = true) AS
      SELECT
        s."offset" - s.event_count + r.ordinality AS "offset",
        s.environment_id,
        (r.record ->> 0)::uuid AS event_id,
        s.received_at,
        to_timestamp((r.record ->> 1)::float8 / 1000) AS time,
        r.record ->> 2 AS kind,
        r.record -> 3 AS payload
      FROM event_segment s
      CROSS JOIN LATERAL json_array_elements(s.records::json) WITH ORDINALITY AS r (record, ordinality)
    `);
    await runner.query(`GRANT SELECT ON event_log TO sortition_app`);
  }
}
