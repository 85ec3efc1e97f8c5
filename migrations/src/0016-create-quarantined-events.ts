import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events that go against their definition, kept with their reason until they are replayed. */
export class CreateQuarantinedEvents1764000000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // No foreign keys: the loader must not wait for rows that administration holds locked.
    await runner.query(`
      CREATE TABLE quarantined_event (
        organization_id uuid NOT NULL,
        environment_id uuid NOT NULL,
        event_id uuid NOT NULL,
        event text COLLATE "C" NOT NULL,
        time timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        payload json NOT NULL,
        reason text NOT NULL,
        field text NOT NULL,
        message text NOT NULL,
        definition_version integer NOT NULL,
        replayed_at timestamptz,
        CONSTRAINT quarantined_event_unique PRIMARY KEY (environment_id, event_id)
      )
    `);
    await runner.query(`
      CREATE INDEX quarantined_event_newest ON quarantined_event (environment_id, received_at DESC, event_id DESC)
    `);
    await runner.query(`
      CREATE INDEX quarantined_event_open ON quarantined_event (environment_id, event, event_id)
      WHERE replayed_at IS NULL
    `);
    await runner.query(`ALTER TABLE quarantined_event ENABLE ROW LEVEL SECURITY`);
    await runner.query(`ALTER TABLE quarantined_event FORCE ROW LEVEL SECURITY`);
    await runner.query(`
      CREATE POLICY tenant ON quarantined_event
      USING (organization_id = (SELECT current_organization()))
      WITH CHECK (organization_id = (SELECT current_organization()))
    `);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON quarantined_event TO sortition_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE quarantined_event`);
  }
}
