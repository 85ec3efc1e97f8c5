import { Module } from '@nestjs/common';

import { EVENT_LOG } from './application/event-log.js';
import { PostgresEventLog } from './infra/postgres-event-log.js';

/** The log, shared by those who write to it and those who follow it. */
@Module({
  providers: [{ provide: EVENT_LOG, useClass: PostgresEventLog }],
  exports: [EVENT_LOG],
})
export class EventLogModule {}
