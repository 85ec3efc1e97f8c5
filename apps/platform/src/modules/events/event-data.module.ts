import { Module } from '@nestjs/common';

import { TENANT_DATABASE, type TenantDatabase } from '../../runtime/database/tenant-database.js';
import { AuditTrailModule, EventDefinitionCatalogModule } from '../admin/index.js';
import { PostgresStickyUnits } from '../assignment/index.js';
import { EraseUnit } from './application/erase-unit.js';
import { ExportEvents } from './application/export-events.js';
import { UNIT_STORES, type UnitStore } from './application/unit-store.js';
import { EventLoadingModule } from './event-loading.module.js';
import { EventLogModule } from './event-log.module.js';
import { PostgresQuarantineUnits } from './infra/postgres-quarantine-units.js';
import { DataGrpc } from './transport/grpc/data.grpc.js';

/** Takes raw data out, and erases it; runs where events are loaded. */
@Module({
  imports: [AuditTrailModule, EventDefinitionCatalogModule, EventLoadingModule, EventLogModule],
  controllers: [DataGrpc],
  providers: [
    EraseUnit,
    ExportEvents,
    {
      provide: UNIT_STORES,
      inject: [TENANT_DATABASE],
      useFactory: (database: TenantDatabase): readonly UnitStore[] => [
        new PostgresQuarantineUnits(database),
        new PostgresStickyUnits(database),
      ],
    },
  ],
})
export class EventDataModule {}
