import { Module } from '@nestjs/common';

import { EventDefinitionCatalogModule } from '../admin/index.js';
import { EVENT_DEFINITIONS } from './application/event-definitions.js';
import { QUARANTINE_STORE } from './application/quarantine-store.js';
import { CachedEventDefinitions } from './infra/cached-event-definitions.js';
import { PostgresQuarantineStore } from './infra/postgres-quarantine-store.js';

/** What events must look like and where those are kept that do not; shared by ingest, loading and replay. */
@Module({
  imports: [EventDefinitionCatalogModule],
  providers: [
    { provide: EVENT_DEFINITIONS, useClass: CachedEventDefinitions },
    { provide: QUARANTINE_STORE, useClass: PostgresQuarantineStore },
  ],
  exports: [EventDefinitionCatalogModule, EVENT_DEFINITIONS, QUARANTINE_STORE],
})
export class EventDefinitionsModule {}
