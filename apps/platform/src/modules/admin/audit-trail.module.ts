import { Module } from '@nestjs/common';

import { AdminStoreModule } from './admin-store.module.js';
import { RecordAuditEntry } from './application/record-audit-entry.js';

/** The audit trail for processes that act for somebody, with or without the role admin. */
@Module({ imports: [AdminStoreModule], providers: [RecordAuditEntry], exports: [RecordAuditEntry] })
export class AuditTrailModule {}
