import { Module } from '@nestjs/common';
import type { Logger } from 'pino';

import { DATABASE_URL } from '../../runtime/database/database-url-token.js';
import { TENANT_DATABASE, type TenantDatabase } from '../../runtime/database/tenant-database.js';
import { LOGGER } from '../../runtime/logger-token.js';
import { AdminStoreModule } from './admin-store.module.js';
import { ADMIN_DATABASE, type AdminDatabase } from './application/admin-database.js';
import { SNAPSHOT_FEED } from './application/snapshot-feed.js';
import { DatabaseSnapshotFeed } from './infra/database-snapshot-feed.js';
import { SnapshotListener } from './infra/snapshot-listener.js';

/** Published snapshots for processes that evaluate, with or without the role admin. */
@Module({
  imports: [AdminStoreModule],
  providers: [
    {
      provide: SnapshotListener,
      inject: [DATABASE_URL, TENANT_DATABASE, LOGGER],
      useFactory: (databaseUrl: string, database: TenantDatabase, logger: Logger) =>
        new SnapshotListener(databaseUrl, database, logger),
    },
    {
      provide: SNAPSHOT_FEED,
      inject: [ADMIN_DATABASE, SnapshotListener],
      useFactory: (database: AdminDatabase, listener: SnapshotListener) => new DatabaseSnapshotFeed(database, listener),
    },
  ],
  exports: [SNAPSHOT_FEED],
})
export class SnapshotFeedModule {}
