import { Module } from '@nestjs/common';

import { EVENT_LOADER } from './application/event-loader.js';
import { EVENT_SCREENING } from './application/event-screening.js';
import { QuarantineUpkeep } from './application/quarantine-upkeep.js';
import { ScreenByDefinition } from './application/screen-by-definition.js';
import { WarehouseLoader } from './application/warehouse-loader.js';
import { EventDefinitionsModule } from './event-definitions.module.js';
import { EventLogModule } from './event-log.module.js';

/** Follows the log into the warehouse, and looks after what it keeps out; runs where the warehouse is read. */
@Module({
  imports: [EventDefinitionsModule, EventLogModule],
  providers: [
    WarehouseLoader,
    QuarantineUpkeep,
    { provide: EVENT_SCREENING, useClass: ScreenByDefinition },
    { provide: EVENT_LOADER, useExisting: WarehouseLoader },
  ],
  exports: [EVENT_LOADER],
})
export class EventLoadingModule {}
