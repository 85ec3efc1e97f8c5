import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@sortition/kernel';
import { notFound } from '@sortition/declaration';

import { CLOCK } from '../../../runtime/clock-token.js';
import type { ApiKey } from '../domain/api-key.js';
import type { Author } from '../domain/author.js';
import { formatName } from '../domain/resource-name.js';
import { ADMIN_DATABASE, type AdminDatabase } from './admin-database.js';

@Injectable()
export class RevokeApiKey {
  constructor(
    @Inject(ADMIN_DATABASE) private readonly database: AdminDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Revoking a revoked key changes nothing. @throws DomainError RESOURCE_NOT_FOUND */
  execute(author: Author, selector: string): Promise<ApiKey> {
    const name = formatName('apiKey', { key: selector });
    return this.database.write(author.organizationId, async (session) => {
      const key = await session.apiKeys.find(selector);
      if (!key) throw notFound(name);
      if (key.revokedAt) return key;
      const revokedAt = new Date(this.clock.now());
      await session.apiKeys.revoke(selector, revokedAt);
      await session.audit.record([
        {
          actor: author.actor,
          action: 'apiKeys.revoke',
          resource: name,
          before: { revokedAt: null },
          after: { revokedAt },
        },
      ]);
      return { ...key, revokedAt };
    });
  }
}
