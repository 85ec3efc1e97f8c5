import { Inject, Injectable } from '@nestjs/common';

import type { AuditEntry } from '../domain/audit-entry.js';
import type { Author } from '../domain/author.js';
import { ADMIN_DATABASE, type AdminDatabase } from './admin-database.js';
import { BY_ID, readPage, type Page, type PageRequest } from './page.js';

@Injectable()
export class ListAuditEntries {
  constructor(@Inject(ADMIN_DATABASE) private readonly database: AdminDatabase) {}

  /**
   * Newest first.
   *
   * @param resource resource name whose entries are wanted; undefined: all.
   * @throws DomainError INVALID_ARGUMENT
   */
  execute(author: Author, resource: string | undefined, request: PageRequest): Promise<Page<AuditEntry>> {
    return this.database.read(author.organizationId, (session) =>
      readPage(`auditEntries of ${resource ?? 'all'}`, request, BY_ID, (query) => session.audit.list(resource, query)),
    );
  }
}
