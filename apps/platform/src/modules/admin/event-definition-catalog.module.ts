import { Module } from '@nestjs/common';

import { TENANT_DATABASE, type TenantDatabase } from '../../runtime/database/tenant-database.js';
import { EVENT_DEFINITION_CATALOG } from './application/event-definition-catalog.js';
import { DatabaseEventDefinitionCatalog } from './infra/database-event-definition-catalog.js';

/** Event definitions for processes that take and load events, with or without the role admin. */
@Module({
  providers: [
    {
      provide: EVENT_DEFINITION_CATALOG,
      inject: [TENANT_DATABASE],
      useFactory: (tenants: TenantDatabase) => new DatabaseEventDefinitionCatalog(tenants),
    },
  ],
  exports: [EVENT_DEFINITION_CATALOG],
})
export class EventDefinitionCatalogModule {}
