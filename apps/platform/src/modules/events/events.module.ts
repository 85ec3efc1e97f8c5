import { Module } from '@nestjs/common';

import { EventQuotas } from './application/event-quotas.js';
import { EVENT_VALIDATION, NO_DEFINITIONS } from './application/event-validation.js';
import { EventWriter } from './application/event-writer.js';
import { PublishEvents } from './application/publish-events.js';
import { EventLogModule } from './event-log.module.js';
import { EventsGrpc } from './transport/grpc/events.grpc.js';
import { EventsHttp } from './transport/http/events.http.js';

/** Takes exposures and tracked events. */
@Module({
  imports: [EventLogModule],
  providers: [
    { provide: EVENT_VALIDATION, useValue: NO_DEFINITIONS },
    EventQuotas,
    EventWriter,
    PublishEvents,
    EventsGrpc,
    EventsHttp,
  ],
})
export class EventsModule {}
