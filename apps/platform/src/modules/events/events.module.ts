import { Module } from '@nestjs/common';

import { EVENT_VALIDATION } from './application/event-validation.js';
import { EventQuotas } from './application/event-quotas.js';
import { EventWriter } from './application/event-writer.js';
import { PublishEventStream } from './application/publish-event-stream.js';
import { PublishEvents } from './application/publish-events.js';
import { QueueDepth } from './application/queue-depth.js';
import { ValidateByDefinition } from './application/validate-by-definition.js';
import { EventDefinitionsModule } from './event-definitions.module.js';
import { EventLogModule } from './event-log.module.js';
import { EventsGrpc } from './transport/grpc/events.grpc.js';
import { EventsHttp } from './transport/http/events.http.js';

/** Takes exposures and tracked events. */
@Module({
  imports: [EventDefinitionsModule, EventLogModule],
  providers: [
    { provide: EVENT_VALIDATION, useClass: ValidateByDefinition },
    EventQuotas,
    EventWriter,
    QueueDepth,
    PublishEvents,
    PublishEventStream,
    EventsGrpc,
    EventsHttp,
  ],
})
export class EventsModule {}
