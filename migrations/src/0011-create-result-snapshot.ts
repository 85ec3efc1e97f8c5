import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Computed results of experiments, kept as they were shown. */
export class CreateResultSnapshot1764000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE result_snapshot (
        id uuid CONSTRAINT result_snapshot_pkey PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES organization (id),
        experiment_id uuid NOT NULL,
        phase integer NOT NULL,
        computed_at timestamptz NOT NULL,
        watermark timestamptz NOT NULL,
        document jsonb NOT NULL
      )
    `);
    await runner.query(`CREATE INDEX result_snapshot_by_experiment ON result_snapshot (experiment_id, id DESC)`);
    await runner.query(`ALTER TABLE result_snapshot ENABLE ROW LEVEL SECURITY`);
    await runner.query(`ALTER TABLE result_snapshot FORCE ROW LEVEL SECURITY`);
    await runner.query(`
      CREATE POLICY tenant ON result_snapshot
      USING (organization_id = current_organization())
      WITH CHECK (organization_id = current_organization())
    `);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON result_snapshot TO sortition_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE result_snapshot`);
  }
}
