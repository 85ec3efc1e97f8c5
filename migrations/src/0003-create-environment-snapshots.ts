import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What evaluators are served: each environment's newest state, byte for byte, and the latest steps that led there. */
export class CreateEnvironmentSnapshots1764000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE environment_snapshot (
        environment_id uuid PRIMARY KEY REFERENCES environment (id),
        organization_id uuid NOT NULL REFERENCES organization (id),
        revision bigint NOT NULL,
        content_hash text NOT NULL,
        json text NOT NULL
      )
    `);
    await runner.query(`
      CREATE TABLE environment_delta (
        environment_id uuid NOT NULL REFERENCES environment (id),
        revision bigint NOT NULL,
        organization_id uuid NOT NULL REFERENCES organization (id),
        from_revision bigint NOT NULL,
        content_hash text NOT NULL,
        json text NOT NULL,
        PRIMARY KEY (environment_id, revision)
      )
    `);
    for (const table of ['environment_snapshot', 'environment_delta']) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await runner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
      await runner.query(`
        CREATE POLICY tenant ON ${table}
        USING (organization_id = current_organization())
        WITH CHECK (organization_id = current_organization())
      `);
      await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO sortition_app`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE environment_delta, environment_snapshot`);
  }
}
