import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { events } from '@sortition/contracts';

import { NATIVE_GRPC_REGISTRY, type NativeGrpcRegistry } from '../../../../runtime/grpc/native-grpc.js';
import { type EventOutcome, problemOf, PublishEvents } from '../../application/publish-events.js';
import type { EventDraft, PayloadDraft } from '../../domain/event-draft.js';
import { eventScopeOf } from '../event-scope-of.js';

/** PublishEvents on the bare gRPC server. */
@Injectable()
export class EventsGrpc implements OnModuleInit {
  constructor(
    @Inject(NATIVE_GRPC_REGISTRY) private readonly registry: NativeGrpcRegistry,
    @Inject(PublishEvents) private readonly publishEvents: PublishEvents,
  ) {}

  onModuleInit(): void {
    this.registry.unary<events.PublishEventsRequest, events.PublishEventsResponse>(
      '/sortition.events.v1.EventsService/PublishEvents',
      async ({ request }, principal) => {
        const batch = { events: request.events.map(draftOf), sentAt: request.sentAt };
        const outcomes = await this.publishEvents.execute(eventScopeOf(principal), batch);
        return { results: outcomes.map(resultOf) };
      },
    );
  }
}

function draftOf({ id, time, payload }: events.Event): EventDraft {
  return { id, time, payload: payloadOf(payload) };
}

function payloadOf(payload: events.Event['payload']): PayloadDraft | undefined {
  switch (payload?.$case) {
    case 'exposure':
      return { kind: 'exposure', exposure: payload.value };
    case 'tracked': {
      const { name, units, value, properties } = payload.value;
      return { kind: 'tracked', tracked: { name, units, value, properties } };
    }
    case undefined:
      return undefined;
  }
}

function resultOf(event: EventOutcome): events.EventResult {
  const { id } = event;
  const status = STATUS_OF[event.outcome];
  const { reason, message } = problemOf(event) ?? { reason: '', message: '' };
  return { id, status, reason, message };
}

const STATUS_OF = {
  accepted: events.EventStatus.ACCEPTED,
  duplicate: events.EventStatus.DUPLICATE,
  quarantined: events.EventStatus.QUARANTINED,
  rejected: events.EventStatus.REJECTED,
} as const satisfies Record<EventOutcome['outcome'], events.EventStatus>;
