import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { events } from '@sortition/contracts';

import { NATIVE_GRPC_REGISTRY, type NativeGrpcRegistry } from '../../../../runtime/grpc/native-grpc.js';
import { PublishEventStream } from '../../application/publish-event-stream.js';
import { type EventOutcome, problemOf, PublishEvents, type SubmittedBatch } from '../../application/publish-events.js';
import type { StreamSummary } from '../../application/stream-summary.js';
import type { EventDraft, PayloadDraft } from '../../domain/event-draft.js';
import { eventScopeOf } from '../event-scope-of.js';

/** Ingest on the bare gRPC server. */
@Injectable()
export class EventsGrpc implements OnModuleInit {
  constructor(
    @Inject(NATIVE_GRPC_REGISTRY) private readonly registry: NativeGrpcRegistry,
    @Inject(PublishEvents) private readonly publishEvents: PublishEvents,
    @Inject(PublishEventStream) private readonly publishEventStream: PublishEventStream,
  ) {}

  onModuleInit(): void {
    this.registry.admittedUnary<events.PublishEventsRequest, events.PublishEventsResponse>(
      '/sortition.events.v1.EventsService/PublishEvents',
      async ({ request }, principal) => {
        const outcomes = await this.publishEvents.execute(eventScopeOf(principal), batchOf(request));
        return { results: outcomes.map(resultOf) };
      },
      (principal) => {
        this.publishEvents.admit(principal);
      },
    );
    this.registry.clientStream<events.PublishEventStreamRequest, events.PublishEventStreamResponse>(
      '/sortition.events.v1.EventsService/PublishEventStream',
      async (requests, principal, gone) => {
        const scope = eventScopeOf(principal);
        return responseOf(await this.publishEventStream.execute(scope, batchesOf(requests), gone));
      },
    );
  }
}

async function* batchesOf(
  requests: AsyncIterable<events.PublishEventStreamRequest>,
): AsyncGenerator<SubmittedBatch, void, undefined> {
  for await (const request of requests) yield batchOf(request);
}

function batchOf({ events, sentAt }: events.PublishEventsRequest): SubmittedBatch {
  return { events: events.map(draftOf), sentAt };
}

function responseOf({ batches, count, problems }: StreamSummary): events.PublishEventStreamResponse {
  return {
    batchCount: batches,
    acceptedCount: count.accepted,
    duplicateCount: count.duplicate,
    rejectedCount: count.rejected,
    quarantinedCount: count.quarantined,
    problems: problems.map(resultOf),
  };
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
