import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { EventWriter } from './event-writer.js';
import { observeTogether, queueTelemetry } from './events-telemetry.js';
import { MAX_EVENTS_IN_FLIGHT } from './writing-room.js';

/** Reports how much waits to be written to the log. */
@Injectable()
export class QueueDepth implements OnModuleInit, OnModuleDestroy {
  private stopObserving: () => void = () => undefined;

  constructor(@Inject(EventWriter) private readonly writer: EventWriter) {}

  onModuleInit(): void {
    const { events, capacity } = queueTelemetry;
    this.stopObserving = observeTogether([events, capacity], (result) => {
      result.observe(events, this.writer.eventsInFlight);
      result.observe(capacity, MAX_EVENTS_IN_FLIGHT);
    });
  }

  onModuleDestroy(): void {
    this.stopObserving();
  }
}
