import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is configured in projects. The kinds of resources share one shape: a key, a definition that the application
 * checks as a whole, and a version; so they share one table.
 */
export class CreateResources1764000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE resource (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES organization (id),
        project_id uuid NOT NULL REFERENCES project (id),
        environment_id uuid REFERENCES environment (id),
        kind text NOT NULL CONSTRAINT resource_kind_known
          CHECK (kind IN ('flag', 'flagConfiguration', 'segment', 'layer', 'metric', 'experiment')),
        key text COLLATE "C" NOT NULL,
        definition jsonb NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT resource_scope CHECK ((kind = 'flagConfiguration') = (environment_id IS NOT NULL)),
        CONSTRAINT resource_key_unique UNIQUE NULLS NOT DISTINCT (project_id, kind, environment_id, key)
      )
    `);
    await isolate(runner, 'resource');

    await runner.query(`
      CREATE TABLE write_request (
        organization_id uuid NOT NULL REFERENCES organization (id),
        request_id text NOT NULL,
        content_hash text NOT NULL,
        result text,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT write_request_unique PRIMARY KEY (organization_id, request_id)
      )
    `);
    await isolate(runner, 'write_request');
    await runner.query(`CREATE INDEX write_request_by_age ON write_request (organization_id, created_at)`);

    await runner.query(`CREATE INDEX audit_entry_newest ON audit_entry (organization_id, id DESC)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX audit_entry_newest`);
    await runner.query(`DROP TABLE write_request, resource`);
  }
}

async function isolate(runner: QueryRunner, table: string): Promise<void> {
  await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
  await runner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
  await runner.query(`
    CREATE POLICY tenant ON ${table}
    USING (organization_id = current_organization())
    WITH CHECK (organization_id = current_organization())
  `);
  await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO sortition_app`);
}
