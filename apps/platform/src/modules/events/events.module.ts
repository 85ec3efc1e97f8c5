import { Module } from '@nestjs/common';

import { EVENT_VALIDATION } from './application/event-validation.js';
import { PublishEventStream } from './application/publish-event-stream.js';
import { PublishEvents } from './application/publish-events.js';
import { ValidateByDefinition } from './application/validate-by-definition.js';
import { EventDefinitionsModule } from './event-definitions.module.js';
import { EventIntakeModule } from './event-intake.module.js';
import { EventsGrpc } from './transport/grpc/events.grpc.js';
import { EventsHttp } from './transport/http/events.http.js';

/** Takes exposures and tracked events. */
@Module({
  imports: [EventDefinitionsModule, EventIntakeModule],
  providers: [
    { provide: EVENT_VALIDATION, useClass: ValidateByDefinition },
    PublishEvents,
    PublishEventStream,
    EventsGrpc,
    EventsHttp,
  ],
})
export class EventsModule {}
