import { Global, Module } from '@nestjs/common';
import type { Clock } from '@sortition/kernel';

import { CLOCK } from '../../runtime/clock-token.js';
import { EXPOSURE_INTAKE } from '../../runtime/exposure-intake.js';
import { EventQuotas } from './application/event-quotas.js';
import { EventWriter } from './application/event-writer.js';
import { QueueDepth } from './application/queue-depth.js';
import { TakeExposures } from './application/take-exposures.js';
import { EventLogModule } from './event-log.module.js';

/**
 * The way into the log, shared by those who are sent events and those who record exposures themselves. Global, since the
 * latter do not know it.
 */
@Global()
@Module({
  imports: [EventLogModule],
  providers: [
    EventQuotas,
    EventWriter,
    QueueDepth,
    {
      provide: EXPOSURE_INTAKE,
      inject: [EventWriter, CLOCK, EventQuotas],
      useFactory: (writer: EventWriter, clock: Clock, quotas: EventQuotas) => new TakeExposures(writer, clock, quotas),
    },
  ],
  exports: [EventQuotas, EventWriter, EXPOSURE_INTAKE],
})
export class EventIntakeModule {}
