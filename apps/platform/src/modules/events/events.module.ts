import { Module } from '@nestjs/common';

import { EventWriter } from './application/event-writer.js';
import { PublishEvents } from './application/publish-events.js';
import { EventLogModule } from './event-log.module.js';
import { EventsGrpc } from './transport/grpc/events.grpc.js';
import { EventsHttp } from './transport/http/events.http.js';

/** Takes exposures and tracked events. */
@Module({
  imports: [EventLogModule],
  providers: [EventWriter, PublishEvents, EventsGrpc, EventsHttp],
})
export class EventsModule {}
