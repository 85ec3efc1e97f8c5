import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The variant that each unit of a sticky experiment keeps. */
export class CreateStickyAssignments1764000000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // No foreign keys: an insert must not wait for rows that administration holds locked.
    // A unit is any text of any length; its SHA-256 digest fits the index and says nothing about the user.
    await runner.query(`
      CREATE TABLE sticky_assignment (
        environment_id uuid NOT NULL,
        materialization text NOT NULL,
        unit_digest bytea NOT NULL,
        organization_id uuid NOT NULL,
        variant text NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT sticky_assignment_pkey PRIMARY KEY (environment_id, materialization, unit_digest)
      )
    `);
    await runner.query(`CREATE INDEX sticky_assignment_by_expiry ON sticky_assignment (expires_at)`);
    await runner.query(`ALTER TABLE sticky_assignment ENABLE ROW LEVEL SECURITY`);
    await runner.query(`ALTER TABLE sticky_assignment FORCE ROW LEVEL SECURITY`);
    // The sub-selects are evaluated once a statement instead of once a row.
    await runner.query(`
      CREATE POLICY tenant ON sticky_assignment
      USING (organization_id = (SELECT current_organization()))
      WITH CHECK (organization_id = (SELECT current_organization()))
    `);
    // The purge removes what has expired in all organizations; it sees nothing else.
    for (const [name, command] of [
      ['purge_select', 'SELECT'],
      ['purge_delete', 'DELETE'],
    ]) {
      await runner.query(`
        CREATE POLICY ${name} ON sticky_assignment FOR ${command}
        USING (
          (SELECT current_setting('sortition.sticky_purge', true)) = 'on'
          AND expires_at <= statement_timestamp()
        )
      `);
    }
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON sticky_assignment TO sortition_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE sticky_assignment`);
  }
}
