import type { EntityManager } from 'typeorm';

import type { PageQuery } from '../../application/page.js';
import {
  type Delivery,
  type DeliveryState,
  MOST_PENDING,
  type NewDelivery,
  type WebhookAddress,
  type WebhookOutbox,
} from '../../application/webhooks/webhook-outbox.js';

/** What fails now is repeated when its time has come, whatever is added. */
const MAKE_DUE = `
  INSERT INTO webhook_progress
    (webhook_id, organization_id, organization_key, project_key, webhook_key, next_attempt_at)
  VALUES ($1, $2, $3, $4, $5, now())
  ON CONFLICT (webhook_id) DO UPDATE SET next_attempt_at = coalesce(webhook_progress.next_attempt_at, now())
`;

const ENQUEUE = `
  INSERT INTO webhook_delivery (id, organization_id, webhook_id, body)
  SELECT id, $1, $2, body FROM json_to_recordset($3::json) AS message (id uuid, body text)
  ORDER BY id
  LIMIT greatest(0, $4 - (SELECT count(*) FROM webhook_delivery WHERE webhook_id = $2 AND state = 'pending'))
`;

const LIST = `
  SELECT id, state, created_at AS "createdAt", attempts, last_attempt_at AS "lastAttemptAt",
    response_status AS "responseStatus", error
  FROM webhook_delivery
  WHERE webhook_id = $1 AND ($2::uuid IS NULL OR id < $2::uuid)
  ORDER BY id DESC
  LIMIT $3
`;

interface DeliveryRow {
  readonly id: string;
  readonly state: DeliveryState;
  readonly createdAt: Date;
  readonly attempts: number;
  readonly lastAttemptAt: Date | null;
  readonly responseStatus: number | null;
  readonly error: string | null;
}

/** {@link WebhookOutbox} in PostgreSQL. */
export class TypeormWebhookOutbox implements WebhookOutbox {
  constructor(private readonly manager: EntityManager) {}

  async enqueue(webhook: WebhookAddress, messages: readonly NewDelivery[]): Promise<void> {
    const { webhookId, organizationId, organization, project, webhook: key } = webhook;
    await this.manager.query(ENQUEUE, [organizationId, webhookId, JSON.stringify(messages), MOST_PENDING]);
    await this.manager.query(MAKE_DUE, [webhookId, organizationId, organization, project, key]);
  }

  async list(webhookId: string, { after, limit }: PageQuery): Promise<readonly Delivery[]> {
    const rows = await this.manager.query<readonly DeliveryRow[]>(LIST, [webhookId, after ?? null, limit]);
    return rows.map(({ lastAttemptAt, responseStatus, error, ...row }) => ({
      ...row,
      lastAttemptAt: lastAttemptAt ?? undefined,
      responseStatus: responseStatus ?? undefined,
      error: error ?? undefined,
    }));
  }
}
