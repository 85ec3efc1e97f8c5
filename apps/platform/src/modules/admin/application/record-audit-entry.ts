import { Inject, Injectable } from '@nestjs/common';

import type { NewAuditEntry } from '../domain/audit-entry.js';
import { ADMIN_DATABASE, type AdminDatabase } from './admin-database.js';

/** Records what other modules did for somebody and nobody can see from the configuration. */
@Injectable()
export class RecordAuditEntry {
  constructor(@Inject(ADMIN_DATABASE) private readonly database: AdminDatabase) {}

  /** @throws DomainError DATABASE_UNAVAILABLE. */
  async execute(organizationId: string, entry: NewAuditEntry): Promise<void> {
    await this.database.write(organizationId, (session) => session.audit.record([entry]));
  }
}
