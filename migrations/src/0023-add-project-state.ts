import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which state a project's configuration is in, so that a process knows whether what it remembers still holds. */
export class AddProjectState1764000000023 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE project ADD COLUMN state_id uuid`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE project DROP COLUMN state_id`);
  }
}
