import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { events } from '@sortition/contracts';

import { NATIVE_GRPC_REGISTRY, type NativeGrpcRegistry } from '../../../../runtime/grpc/native-grpc.js';
import { PublishEventStream } from '../../application/publish-event-stream.js';
import { type EventOutcome, problemOf, PublishEvents, type SubmittedBatch } from '../../application/publish-events.js';
import type { StreamSummary } from '../../application/stream-summary.js';
import { eventScopeOf } from '../event-scope-of.js';
import { decodeBatch } from './decode-batch.js';

/** Ingest on the bare gRPC server. */
@Injectable()
export class EventsGrpc implements OnModuleInit {
  constructor(
    @Inject(NATIVE_GRPC_REGISTRY) private readonly registry: NativeGrpcRegistry,
    @Inject(PublishEvents) private readonly publishEvents: PublishEvents,
    @Inject(PublishEventStream) private readonly publishEventStream: PublishEventStream,
  ) {}

  onModuleInit(): void {
    this.registry.admittedUnary<SubmittedBatch, events.PublishEventsResponse>(
      '/sortition.events.v1.EventsService/PublishEvents',
      decodeBatch,
      (principal) => {
        this.publishEvents.admit(principal);
      },
      async ({ request }, principal) => {
        const outcomes = await this.publishEvents.execute(eventScopeOf(principal), request);
        return { results: outcomes.map(resultOf) };
      },
    );
    this.registry.clientStream<SubmittedBatch, events.PublishEventStreamResponse>(
      '/sortition.events.v1.EventsService/PublishEventStream',
      decodeBatch,
      async (batches, principal, gone) =>
        responseOf(await this.publishEventStream.execute(eventScopeOf(principal), batches, gone)),
    );
  }
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
