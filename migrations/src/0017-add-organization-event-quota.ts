import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The quota of an organization's events where it differs from the platform's. */
export class AddOrganizationEventQuota1764000000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE organization
      ADD COLUMN events_per_second integer CONSTRAINT organization_events_per_second_positive CHECK (events_per_second > 0)
    `);
    // Who operates the platform grants quotas; a tenant must not raise its own.
    await runner.query(`REVOKE UPDATE ON organization FROM sortition_app`);
    await runner.query(`GRANT UPDATE (key, display_name) ON organization TO sortition_app`);
    await runner.query(`REVOKE INSERT ON organization FROM sortition_app`);
    await runner.query(`GRANT INSERT (id, key, display_name, created_at) ON organization TO sortition_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`GRANT INSERT, UPDATE ON organization TO sortition_app`);
    await runner.query(`ALTER TABLE organization DROP COLUMN events_per_second`);
  }
}
