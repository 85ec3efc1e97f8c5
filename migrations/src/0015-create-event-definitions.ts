import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Event definitions with their versions, the event policy, and what lets the events role read them. */
export class CreateEventDefinitions1764000000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE resource
        DROP CONSTRAINT resource_kind_known,
        ADD CONSTRAINT resource_kind_known CHECK (kind IN (
          'flag', 'flagConfiguration', 'segment', 'layer', 'metric', 'experiment', 'eventDefinition', 'eventPolicy'
        ))
    `);
    await runner.query(`
      CREATE TABLE event_definition_version (
        sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES organization (id),
        project_id uuid NOT NULL REFERENCES project (id),
        resource_id uuid NOT NULL,
        key text COLLATE "C" NOT NULL,
        definition jsonb NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT event_definition_version_unique UNIQUE (resource_id, version)
      )
    `);
    await runner.query(`
      CREATE INDEX event_definition_version_by_key ON event_definition_version (project_id, key, sequence DESC)
    `);
    await runner.query(`ALTER TABLE event_definition_version ENABLE ROW LEVEL SECURITY`);
    await runner.query(`ALTER TABLE event_definition_version FORCE ROW LEVEL SECURITY`);
    await runner.query(`
      CREATE POLICY tenant ON event_definition_version
      USING (organization_id = current_organization())
      WITH CHECK (organization_id = current_organization())
    `);
    await runner.query(`GRANT SELECT, INSERT ON event_definition_version TO sortition_app`);

    // The loader checks the events of all organizations; it may read their definitions and where they apply.
    await runner.query(`
      CREATE POLICY consume ON resource FOR SELECT
      USING (
        kind IN ('eventDefinition', 'eventPolicy')
        AND (SELECT current_setting('sortition.event_consumer', true)) = 'on'
      )
    `);
    await runner.query(`
      CREATE POLICY consume ON environment FOR SELECT
      USING ((SELECT current_setting('sortition.event_consumer', true)) = 'on')
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP POLICY consume ON environment`);
    await runner.query(`DROP POLICY consume ON resource`);
    await runner.query(`DROP TABLE event_definition_version`);
    // The owner is held to row-level security too; what the older schema cannot hold has to go.
    await runner.query(`ALTER TABLE resource NO FORCE ROW LEVEL SECURITY`);
    await runner.query(`DELETE FROM resource WHERE kind IN ('eventDefinition', 'eventPolicy')`);
    await runner.query(`ALTER TABLE resource FORCE ROW LEVEL SECURITY`);
    await runner.query(`
      ALTER TABLE resource
        DROP CONSTRAINT resource_kind_known,
        ADD CONSTRAINT resource_kind_known
          CHECK (kind IN ('flag', 'flagConfiguration', 'segment', 'layer', 'metric', 'experiment'))
    `);
  }
}
