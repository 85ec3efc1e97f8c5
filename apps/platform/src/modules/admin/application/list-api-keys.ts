import { Inject, Injectable } from '@nestjs/common';

import type { ApiKey } from '../domain/api-key.js';
import type { Author } from '../domain/author.js';
import { ADMIN_DATABASE, type AdminDatabase } from './admin-database.js';
import { readPage, type Page, type PageRequest } from './page.js';

@Injectable()
export class ListApiKeys {
  constructor(@Inject(ADMIN_DATABASE) private readonly database: AdminDatabase) {}

  /** Ordered by name, the revoked ones among them. @throws DomainError INVALID_ARGUMENT */
  execute(author: Author, request: PageRequest): Promise<Page<ApiKey>> {
    return this.database.read(author.organizationId, (session) =>
      readPage('apiKeys', request, { of: ({ selector }) => selector, form: /^[0-9a-f]{12}$/ }, (query) =>
        session.apiKeys.list(query),
      ),
    );
  }
}
