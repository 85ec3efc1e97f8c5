import { Inject, Injectable } from '@nestjs/common';
import { nameOf, notFound, type ResourceAddress } from '@sortition/declaration';

import type { Author } from '../../domain/author.js';
import { ADMIN_DATABASE, type AdminDatabase } from '../admin-database.js';
import { BY_ID, readPage, type Page, type PageRequest } from '../page.js';
import type { Delivery } from './webhook-outbox.js';

@Injectable()
export class ListWebhookDeliveries {
  constructor(@Inject(ADMIN_DATABASE) private readonly database: AdminDatabase) {}

  /** Newest first. @throws DomainError RESOURCE_NOT_FOUND, INVALID_ARGUMENT. */
  execute(author: Author, address: ResourceAddress<'webhook'>, request: PageRequest): Promise<Page<Delivery>> {
    return this.database.read(author.organizationId, (session) =>
      readPage(`${nameOf(address)}/deliveries`, request, BY_ID, async (query) => {
        const project = await session.projects.find(address.project);
        const webhook = project && (await session.resources.find(project, address));
        if (!webhook) throw notFound(nameOf(address));
        return session.webhooks.list(webhook.id, query);
      }),
    );
  }
}
