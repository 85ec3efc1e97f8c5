import type { EntityManager } from 'typeorm';

import type { TenantDatabase } from '../../../runtime/database/tenant-database.js';
import type { Attempt, DueDelivery, LeasedWebhook, WebhookProgress } from '../application/webhooks/webhook-progress.js';

/** Stands for no organization: row-level security shows such a transaction only which webhooks have something due. */
const NO_ORGANIZATION = '00000000-0000-0000-0000-000000000000';

const LEASE = `
  UPDATE webhook_progress SET leased_until = now() + $2 * interval '1 millisecond'
  WHERE webhook_id IN (
    SELECT webhook_id FROM webhook_progress
    WHERE next_attempt_at <= now() AND (leased_until IS NULL OR leased_until < now())
    ORDER BY next_attempt_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
  )
  RETURNING webhook_id AS "webhookId", organization_id AS "organizationId", organization_key AS organization,
    project_key AS project, webhook_key AS webhook, failures, failing_since AS "failingSince"
`;

const NEXT = `
  SELECT id, body, attempts FROM webhook_delivery
  WHERE webhook_id = $1 AND state = 'pending'
  ORDER BY id
  LIMIT 1
`;

const RECORD = `
  UPDATE webhook_delivery
  SET attempts = attempts + 1, last_attempt_at = now(), state = $2, response_status = $3, error = $4
  WHERE id = $1
`;

const SUCCEEDED = `UPDATE webhook_progress SET failures = 0, failing_since = NULL WHERE webhook_id = $1`;
const FAILED = `
  UPDATE webhook_progress SET failures = failures + 1, failing_since = coalesce(failing_since, now())
  WHERE webhook_id = $1
`;

/** Whoever adds messages waits for this lock, so that what was added before it is seen after it. */
const LOCK = `SELECT FROM webhook_progress WHERE webhook_id = $1 FOR UPDATE`;
const RELEASE = `
  UPDATE webhook_progress
  SET leased_until = NULL,
    next_attempt_at = CASE
      WHEN EXISTS (SELECT FROM webhook_delivery WHERE webhook_id = $1 AND state = 'pending')
      THEN now() + $2 * interval '1 millisecond'
    END
  WHERE webhook_id = $1
`;
const FORGET_OLD = `
  DELETE FROM webhook_delivery
  WHERE webhook_id = $1 AND state <> 'pending' AND created_at < now() - interval '7 days'
`;

const DROP = `UPDATE webhook_delivery SET state = 'failed', error = $2 WHERE webhook_id = $1 AND state = 'pending'`;
const REST = `
  UPDATE webhook_progress SET leased_until = NULL, next_attempt_at = NULL, failures = 0, failing_since = NULL
  WHERE webhook_id = $1
`;

/** {@link WebhookProgress} in PostgreSQL. */
export class PostgresWebhookProgress implements WebhookProgress {
  constructor(private readonly database: TenantDatabase) {}

  lease(limit: number, leaseMs: number): Promise<readonly LeasedWebhook[]> {
    return this.database.transaction(NO_ORGANIZATION, async (manager) => {
      await manager.query(`SELECT set_config('sortition.webhook_courier', 'on', true)`);
      const [rows] = await manager.query<readonly [readonly LeasedRow[], number]>(LEASE, [limit, leaseMs]);
      return rows.map((row) => ({ ...row, failingSince: row.failingSince ?? undefined }));
    });
  }

  next(webhook: LeasedWebhook): Promise<DueDelivery | undefined> {
    return this.database.read(webhook.organizationId, async (manager) => {
      const [due] = await manager.query<readonly DueDelivery[]>(NEXT, [webhook.webhookId]);
      return due;
    });
  }

  record(webhook: LeasedWebhook, { deliveryId, outcome, responseStatus, error }: Attempt): Promise<void> {
    return this.write(webhook, async (manager) => {
      const state = outcome === 'retried' ? 'pending' : outcome;
      await manager.query(RECORD, [deliveryId, state, responseStatus ?? null, error ?? null]);
      await manager.query(outcome === 'delivered' ? SUCCEEDED : FAILED, [webhook.webhookId]);
    });
  }

  release(webhook: LeasedWebhook, pauseMs: number): Promise<void> {
    return this.write(webhook, async (manager) => {
      await manager.query(LOCK, [webhook.webhookId]);
      await manager.query(RELEASE, [webhook.webhookId, pauseMs]);
      await manager.query(FORGET_OLD, [webhook.webhookId]);
    });
  }

  drop(webhook: LeasedWebhook, reason: string): Promise<void> {
    return this.write(webhook, async (manager) => {
      await manager.query(LOCK, [webhook.webhookId]);
      await manager.query(DROP, [webhook.webhookId, reason]);
      await manager.query(REST, [webhook.webhookId]);
      await manager.query(FORGET_OLD, [webhook.webhookId]);
    });
  }

  private write(webhook: LeasedWebhook, work: (manager: EntityManager) => Promise<void>): Promise<void> {
    return this.database.transaction(webhook.organizationId, work);
  }
}

type LeasedRow = Omit<LeasedWebhook, 'failingSince'> & { readonly failingSince: Date | null };
