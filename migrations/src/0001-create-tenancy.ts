import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tenants, their credentials and the audit trail. The application connects as the role sortition_app, which owns
 * nothing; row-level security shows it the rows of the organization named by the setting sortition.organization_id.
 */
export class CreateTenancy1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The role is shared by all databases of the cluster, so another database may have made it, even just now. Where
    // the owner of the database may not make roles, an administrator has made it.
    await runner.query(`
      DO $$
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sortition_app') THEN
          CREATE ROLE sortition_app NOLOGIN;
        END IF;
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
      END
      $$
    `);
    // From PostgreSQL 16 on, who makes a role is its member, but may not take it.
    await runner.query(`
      DO $$
      DECLARE
        kind text := CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END;
      BEGIN
        IF NOT pg_has_role(current_user, 'sortition_app', kind) THEN
          EXECUTE format('GRANT sortition_app TO %I', current_user);
        END IF;
      END
      $$
    `);
    await runner.query(`GRANT USAGE ON SCHEMA public TO sortition_app`);
    await runner.query(`
      CREATE FUNCTION current_organization() RETURNS uuid
      LANGUAGE sql STABLE PARALLEL SAFE
      AS $$ SELECT NULLIF(current_setting('sortition.organization_id', true), '')::uuid $$
    `);

    await runner.query(`
      CREATE TABLE organization (
        id uuid PRIMARY KEY,
        key text NOT NULL CONSTRAINT organization_key_unique UNIQUE,
        display_name text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )
    `);
    await runner.query(`ALTER TABLE organization ENABLE ROW LEVEL SECURITY`);
    await runner.query(`ALTER TABLE organization FORCE ROW LEVEL SECURITY`);
    await runner.query(`
      CREATE POLICY tenant ON organization
      USING (id = current_organization())
      WITH CHECK (id = current_organization())
    `);
    // Finding an organization by its key, which the caller must already know, shows that one row.
    await runner.query(`
      CREATE POLICY lookup ON organization FOR SELECT
      USING (key = NULLIF(current_setting('sortition.organization_key', true), ''))
    `);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON organization TO sortition_app`);

    await runner.query(`
      CREATE TABLE project (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES organization (id),
        key text NOT NULL,
        display_name text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT project_key_unique UNIQUE (organization_id, key)
      )
    `);
    await this.isolate(runner, 'project');

    await runner.query(`
      CREATE TABLE environment (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES organization (id),
        project_id uuid NOT NULL REFERENCES project (id),
        key text NOT NULL,
        display_name text NOT NULL,
        revision bigint NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT environment_key_unique UNIQUE (project_id, key)
      )
    `);
    await this.isolate(runner, 'environment');

    await runner.query(`
      CREATE TABLE api_key (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES organization (id),
        selector text NOT NULL CONSTRAINT api_key_selector_unique UNIQUE,
        secret_hash bytea NOT NULL,
        kind text NOT NULL CONSTRAINT api_key_kind_known CHECK (kind IN ('client', 'server', 'admin')),
        display_name text NOT NULL,
        environment_id uuid REFERENCES environment (id),
        expires_at timestamptz,
        revoked_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT api_key_scope CHECK ((kind = 'admin') = (environment_id IS NULL))
      )
    `);
    await this.isolate(runner, 'api_key');
    // A presented key is found by its selector before its organization is known; this shows that one row.
    await runner.query(`
      CREATE POLICY lookup ON api_key FOR SELECT
      USING (selector = NULLIF(current_setting('sortition.key_selector', true), ''))
    `);

    await runner.query(`
      CREATE TABLE audit_entry (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES organization (id),
        time timestamptz NOT NULL DEFAULT now(),
        actor text NOT NULL,
        action text NOT NULL,
        resource text NOT NULL,
        before jsonb,
        after jsonb
      )
    `);
    await this.isolate(runner, 'audit_entry');
    await runner.query(`REVOKE UPDATE, DELETE ON audit_entry FROM sortition_app`);
    await runner.query(`CREATE INDEX audit_entry_by_resource ON audit_entry (organization_id, resource, id DESC)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE audit_entry, api_key, environment, project, organization`);
    await runner.query(`DROP FUNCTION current_organization()`);
    await runner.query(`REVOKE USAGE ON SCHEMA public FROM sortition_app`);
  }

  private async isolate(runner: QueryRunner, table: string): Promise<void> {
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
