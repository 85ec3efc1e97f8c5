import type { EntityManager } from 'typeorm';

import type { TenantDatabase } from '../../../../runtime/database/tenant-database.js';
import type { AdminDatabase, AdminSession } from '../../application/admin-database.js';
import type { Identity } from '../../application/identity.js';
import { TypeormApiKeyStore } from './typeorm-api-key.store.js';
import { TypeormAuditTrail } from './typeorm-audit-trail.js';
import { TypeormProjectStore } from './typeorm-project.store.js';
import { TypeormRequestLog } from './typeorm-request-log.js';
import { TypeormResourceStore } from './typeorm-resource.store.js';
import { TypeormSnapshotStore } from './typeorm-snapshot.store.js';
import { TypeormWebhookOutbox } from './typeorm-webhook-outbox.js';

/** {@link AdminDatabase} in PostgreSQL. */
export class TypeormAdminDatabase implements AdminDatabase {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly identity: Identity,
  ) {}

  write<T>(organizationId: string, work: (session: AdminSession) => Promise<T>): Promise<T> {
    return this.tenants.transaction(organizationId, (manager) => work(this.sessionOf(manager, organizationId)));
  }

  read<T>(organizationId: string, work: (session: AdminSession) => Promise<T>): Promise<T> {
    return this.tenants.read(organizationId, (manager) => work(this.sessionOf(manager, organizationId)));
  }

  private sessionOf(manager: EntityManager, organizationId: string): AdminSession {
    return {
      projects: new TypeormProjectStore(manager, organizationId),
      resources: new TypeormResourceStore(manager, organizationId),
      snapshots: new TypeormSnapshotStore(manager, organizationId),
      apiKeys: new TypeormApiKeyStore(manager, organizationId),
      audit: new TypeormAuditTrail(manager, organizationId, this.identity),
      requests: new TypeormRequestLog(manager, organizationId),
      webhooks: new TypeormWebhookOutbox(manager),
    };
  }
}
