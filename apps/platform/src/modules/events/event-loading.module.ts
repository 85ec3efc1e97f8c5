import { Module } from '@nestjs/common';

import { EVENT_LOADER } from './application/event-loader.js';
import { WarehouseLoader } from './application/warehouse-loader.js';
import { EventLogModule } from './event-log.module.js';

/** Follows the log into the warehouse; runs where the warehouse is read. */
@Module({
  imports: [EventLogModule],
  providers: [WarehouseLoader, { provide: EVENT_LOADER, useExisting: WarehouseLoader }],
  exports: [EVENT_LOADER],
})
export class EventLoadingModule {}
