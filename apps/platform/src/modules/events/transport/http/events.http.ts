import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { AUTHENTICATOR, type Authenticator } from '../../../../runtime/auth/authenticator.js';
import { credentialOf } from '../../../../runtime/http/credential.js';
import { replyWithError } from '../../../../runtime/http/http-error.js';
import { type EventOutcome, problemOf, PublishEvents } from '../../application/publish-events.js';
import { eventScopeOf } from '../event-scope-of.js';
import { readBatch } from './read-batch.js';

/** Largest body, in bytes. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** `POST /v1/events`: PublishEvents in the JSON form of its messages. */
@Injectable()
export class EventsHttp implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    @Inject(PublishEvents) private readonly publishEvents: PublishEvents,
  ) {}

  onModuleInit(): void {
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    fastify.post('/v1/events', { bodyLimit: MAX_BODY_BYTES }, (request, reply) => this.handle(request, reply));
  }

  private async handle(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    try {
      const principal = await this.authenticator.authorize(credentialOf(request), 'events.write');
      const outcomes = await this.publishEvents.execute(eventScopeOf(principal), readBatch(request.body));
      await reply.send({ results: outcomes.map(resultOf) });
    } catch (error) {
      await replyWithError(reply, error);
    }
  }
}

const STATUS_OF = {
  accepted: 'EVENT_STATUS_ACCEPTED',
  duplicate: 'EVENT_STATUS_DUPLICATE',
  quarantined: 'EVENT_STATUS_QUARANTINED',
  rejected: 'EVENT_STATUS_REJECTED',
} as const satisfies Record<EventOutcome['outcome'], string>;

function resultOf(event: EventOutcome): object {
  const status = STATUS_OF[event.outcome];
  const problem = problemOf(event);
  return { id: event.id, status, ...(problem && { reason: problem.reason, message: problem.message }) };
}
