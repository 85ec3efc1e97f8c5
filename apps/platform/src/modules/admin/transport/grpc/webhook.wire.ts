import type { typesWebhook } from '@sortition/contracts';
import { etagOf, nameOf } from '@sortition/declaration';

import { defineWireForm } from './wire-form.js';

export const WEBHOOK_WIRE = defineWireForm<'webhook', typesWebhook.Webhook>({
  kind: 'webhook',
  readers: {
    description: { path: 'description', read: ({ description }) => description },
    url: { path: 'url', read: ({ url }) => url },
    events: { path: 'events', read: ({ events }) => events },
    secret: { path: 'secret', read: ({ secret }) => secret },
    enabled: { path: 'enabled', read: ({ enabled }) => enabled },
  },
  toMessage(webhook) {
    return {
      ...webhook.definition,
      name: nameOf(webhook),
      etag: etagOf(webhook),
      createTime: webhook.createdAt,
      updateTime: webhook.updatedAt,
    };
  },
});
