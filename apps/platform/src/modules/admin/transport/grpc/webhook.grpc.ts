import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { adminWebhooks } from '@sortition/contracts';
import { addressOf } from '@sortition/declaration';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { ListWebhookDeliveries } from '../../application/webhooks/list-webhook-deliveries.js';
import type { DeliveryState } from '../../application/webhooks/webhook-outbox.js';
import { authorOf } from './author-of.js';

const { WebhookDeliveryState } = adminWebhooks;

const STATES = {
  pending: WebhookDeliveryState.PENDING,
  delivered: WebhookDeliveryState.DELIVERED,
  failed: WebhookDeliveryState.FAILED,
} as const satisfies Record<DeliveryState, adminWebhooks.WebhookDeliveryState>;

/** What the standard methods do not say of webhooks. */
@Controller()
export class WebhookGrpc {
  constructor(private readonly deliveries: ListWebhookDeliveries) {}

  @GrpcMethod('WebhookService', 'ListWebhookDeliveries')
  async listWebhookDeliveries(
    @Payload() { name, pageSize: size, pageToken: token }: adminWebhooks.ListWebhookDeliveriesRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminWebhooks.ListWebhookDeliveriesResponse> {
    const address = addressOf('webhook', name);
    const { items, nextToken } = await this.deliveries.execute(authorOf(principal), address, { size, token });
    return {
      webhookDeliveries: items.map((delivery) => ({
        id: delivery.id,
        state: STATES[delivery.state],
        createTime: delivery.createdAt,
        attempts: delivery.attempts,
        lastAttemptTime: delivery.lastAttemptAt,
        responseStatus: delivery.responseStatus ?? 0,
        error: delivery.error ?? '',
      })),
      nextPageToken: nextToken,
    };
  }
}
