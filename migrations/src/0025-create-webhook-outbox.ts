import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Messages to webhooks, written with the changes that they tell of, and how far each webhook is. */
export class CreateWebhookOutbox1764000000025 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The application knows the kinds of resources. A list here had to change with each of them.
    await runner.query(`
      ALTER TABLE resource
        DROP CONSTRAINT resource_kind_known,
        ADD CONSTRAINT resource_kind_form CHECK (kind ~ '^[a-z][a-zA-Z]{0,99}$')
    `);
    // No foreign keys: what is sent outlives its webhook for a while, and an insert must not wait for locked rows.
    await runner.query(`
      CREATE TABLE webhook_progress (
        webhook_id uuid PRIMARY KEY,
        organization_id uuid NOT NULL,
        organization_key text NOT NULL,
        project_key text NOT NULL,
        webhook_key text NOT NULL,
        -- Null: nothing waits.
        next_attempt_at timestamptz,
        -- Until then one process sends to the webhook, and no other does.
        leased_until timestamptz,
        failures integer NOT NULL DEFAULT 0,
        failing_since timestamptz
      )
    `);
    await runner.query(`CREATE INDEX webhook_progress_due ON webhook_progress (next_attempt_at)`);
    await runner.query(`
      CREATE TABLE webhook_delivery (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL,
        webhook_id uuid NOT NULL,
        body text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        attempts integer NOT NULL DEFAULT 0,
        last_attempt_at timestamptz,
        response_status integer,
        error text,
        state text NOT NULL DEFAULT 'pending'
          CONSTRAINT webhook_delivery_state_known CHECK (state IN ('pending', 'delivered', 'failed'))
      )
    `);
    await runner.query(`CREATE INDEX webhook_delivery_newest ON webhook_delivery (webhook_id, id DESC)`);
    await runner.query(
      `CREATE INDEX webhook_delivery_pending ON webhook_delivery (webhook_id, id) WHERE state = 'pending'`,
    );
    for (const table of ['webhook_progress', 'webhook_delivery']) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await runner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
      await runner.query(`
        CREATE POLICY tenant ON ${table}
        USING (organization_id = (SELECT current_organization()))
        WITH CHECK (organization_id = (SELECT current_organization()))
      `);
      await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO sortition_app`);
    }
    // The courier sees which webhooks of all organizations have something due, and nothing of what they are sent.
    for (const [name, command] of [
      ['courier_select', 'SELECT'],
      ['courier_update', 'UPDATE'],
    ]) {
      await runner.query(`
        CREATE POLICY ${name} ON webhook_progress FOR ${command}
        USING ((SELECT current_setting('sortition.webhook_courier', true)) = 'on')
      `);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE webhook_delivery, webhook_progress`);
    await runner.query(`ALTER TABLE resource NO FORCE ROW LEVEL SECURITY`);
    await runner.query(`DELETE FROM resource WHERE kind = 'webhook'`);
    await runner.query(`ALTER TABLE resource FORCE ROW LEVEL SECURITY`);
    await runner.query(`
      ALTER TABLE resource
        DROP CONSTRAINT resource_kind_form,
        ADD CONSTRAINT resource_kind_known CHECK (kind IN (
          'flag', 'flagConfiguration', 'segment', 'layer', 'metric', 'experiment', 'eventDefinition', 'eventPolicy'
        ))
    `);
  }
}
