import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPERATORS = '00000000-0000-7000-8000-000000000001';

/**
 * Whoever operates the platform. The operator's token is a key of an organization of its own, which holds nothing else
 * and is shown all organizations.
 */
export class CreateOperators1764000000024 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE api_key
        DROP CONSTRAINT api_key_kind_known,
        DROP CONSTRAINT api_key_scope,
        ADD CONSTRAINT api_key_kind_known CHECK (kind IN ('client', 'server', 'admin', 'operator')),
        ADD CONSTRAINT api_key_scope CHECK ((kind IN ('admin', 'operator')) = (environment_id IS NULL)),
        ADD CONSTRAINT api_key_operator CHECK ((kind = 'operator') = (organization_id = '${OPERATORS}'))
    `);
    await runner.query(`
      CREATE POLICY operators ON organization FOR SELECT
      USING (current_organization() = '${OPERATORS}')
    `);
    await runner.query(`SELECT set_config('sortition.organization_id', '${OPERATORS}', true)`);
    await runner.query(`
      INSERT INTO organization (id, key, display_name)
      VALUES ('${OPERATORS}', 'sortition-operators', 'Operators of the platform')
    `);
    await runner.query(`SELECT set_config('sortition.organization_id', '', true)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`SELECT set_config('sortition.organization_id', '${OPERATORS}', true)`);
    await runner.query(`DELETE FROM api_key WHERE organization_id = '${OPERATORS}'`);
    // The trail of the operator goes with the operator.
    await runner.query(`DELETE FROM audit_entry WHERE organization_id = '${OPERATORS}'`);
    await runner.query(`DELETE FROM organization WHERE id = '${OPERATORS}'`);
    await runner.query(`SELECT set_config('sortition.organization_id', '', true)`);
    await runner.query(`DROP POLICY operators ON organization`);
    await runner.query(`
      ALTER TABLE api_key
        DROP CONSTRAINT api_key_operator,
        DROP CONSTRAINT api_key_kind_known,
        DROP CONSTRAINT api_key_scope,
        ADD CONSTRAINT api_key_kind_known CHECK (kind IN ('client', 'server', 'admin')),
        ADD CONSTRAINT api_key_scope CHECK ((kind = 'admin') = (environment_id IS NULL))
    `);
  }
}
