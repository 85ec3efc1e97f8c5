import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The append-only log of exposures and tracked events, and how far its consumers have read. */
export class CreateEventLog1764000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // No foreign keys: an insert must not wait for rows that administration holds locked.
    await runner.query(`
      CREATE TABLE event_log (
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
    await runner.query(`ALTER TABLE event_log ENABLE ROW LEVEL SECURITY`);
    await runner.query(`ALTER TABLE event_log FORCE ROW LEVEL SECURITY`);
    // The sub-selects are evaluated once a statement instead of once a row.
    await runner.query(`
      CREATE POLICY tenant ON event_log
      USING (organization_id = (SELECT current_organization()))
      WITH CHECK (organization_id = (SELECT current_organization()))
    `);
    // The loader follows the log of all organizations; it may read and nothing else.
    await runner.query(`
      CREATE POLICY consume ON event_log FOR SELECT
      USING ((SELECT current_setting('sortition.event_consumer', true)) = 'on')
    `);
    await runner.query(`GRANT SELECT, INSERT ON event_log TO sortition_app`);

    await runner.query(`
      CREATE TABLE event_log_identity (
        log_id uuid CONSTRAINT event_log_identity_pkey PRIMARY KEY
      )
    `);
    await runner.query(`INSERT INTO event_log_identity VALUES (gen_random_uuid())`);
    await runner.query(`GRANT SELECT ON event_log_identity TO sortition_app`);

    await runner.query(`
      CREATE TABLE event_consumer (
        name text CONSTRAINT event_consumer_pkey PRIMARY KEY,
        "offset" bigint NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now()
      )
    `);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON event_consumer TO sortition_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE event_consumer, event_log_identity, event_log`);
  }
}
