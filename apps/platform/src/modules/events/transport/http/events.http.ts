import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DomainError } from '@sortition/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { AUTHENTICATOR, type Authenticator } from '../../../../runtime/auth/authenticator.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { credentialOf } from '../../../../runtime/http/credential.js';
import { callerAddress } from '../../../../runtime/limits/caller-address.js';
import { type EventOutcome, type EventScope, problemOf, PublishEvents } from '../../application/publish-events.js';
import { eventScopeOf } from '../event-scope-of.js';
import { gunzipBody } from './gunzip-body.js';
import { type JsonBody, readJsonBodies } from './json-body.js';
import { type ReadBatch, readEvents, readExposures } from './read-batch.js';

/** Largest body, in bytes, decompressed. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Browsers let no more outlive a page, in bytes. */
const MAX_BEACON_BYTES = 64 * 1024;

const EMPTY_BODY: JsonBody = { text: '', value: undefined };

/** Ingest over HTTP: PublishEvents in the JSON form of its messages, and exposures as clients of OFREP have them. */
@Injectable()
export class EventsHttp implements OnModuleInit {
  private readonly scopeOf = new WeakMap<FastifyRequest, EventScope>();

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    @Inject(PublishEvents) private readonly publishEvents: PublishEvents,
  ) {}

  onModuleInit(): void {
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    void fastify.register(async (scope: FastifyInstance) => {
      readJsonBodies(scope);
      this.serve(scope, '/v1/events', readEvents);
      this.serve(scope, '/v1/exposures', readExposures);
      scope.post('/v1/beacon', {
        bodyLimit: MAX_BEACON_BYTES,
        preHandler: (request) => this.admitBeacon(request),
        handler: (request, reply) => this.publish(request, reply, readEvents),
      });
    });
  }

  private serve(scope: FastifyInstance, path: string, read: ReadBatch): void {
    scope.post(path, {
      bodyLimit: MAX_BODY_BYTES,
      onRequest: (request) => this.admit(request),
      preParsing: gunzipBody,
      handler: (request, reply) => this.publish(request, reply, read),
    });
  }

  /** Before the body is read: who is refused sends it for nothing. */
  private async admit(request: FastifyRequest): Promise<void> {
    this.enter(request, await this.authorize(request, credentialOf(request)));
  }

  /** A page that ends sends no headers with its beacon: its key, which is public, stands in the body. */
  private async admitBeacon(request: FastifyRequest): Promise<void> {
    const { value } = (request.body as JsonBody | undefined) ?? EMPTY_BODY;
    const { apiKey } = (value ?? {}) as { readonly apiKey?: unknown };
    const principal = await this.authorize(request, typeof apiKey === 'string' ? apiKey : undefined);
    if (principal.kind !== 'client') throw secretInBody();
    this.enter(request, principal);
  }

  private authorize({ ip }: FastifyRequest, apiKey: string | undefined): Promise<Principal> {
    return this.authenticator.authorize(apiKey, 'events.write', callerAddress(ip));
  }

  private enter(request: FastifyRequest, principal: Principal): void {
    const scope = eventScopeOf(principal);
    this.publishEvents.admit(scope);
    this.scopeOf.set(request, scope);
  }

  private async publish(request: FastifyRequest, reply: FastifyReply, read: ReadBatch): Promise<void> {
    const scope = this.scopeOf.get(request);
    if (!scope) throw new Error(`The request ${request.id} was not admitted.`);
    const outcomes = await this.publishEvents.execute(
      scope,
      read((request.body as JsonBody | undefined) ?? EMPTY_BODY),
    );
    await reply.send({ results: outcomes.map(resultOf) });
  }
}

const STATUS_OF = {
  accepted: 'EVENT_STATUS_ACCEPTED',
  duplicate: 'EVENT_STATUS_DUPLICATE',
  quarantined: 'EVENT_STATUS_QUARANTINED',
  rejected: 'EVENT_STATUS_REJECTED',
} as const satisfies Record<EventOutcome['outcome'], string>;

function secretInBody(): DomainError {
  const description = 'must be a key of kind "client"; others are secret and belong into a header';
  return new DomainError('forbidden', 'PERMISSION_DENIED', `apiKey ${description}.`, {
    violations: [{ field: 'apiKey', description }],
  });
}

function resultOf(event: EventOutcome): object {
  const status = STATUS_OF[event.outcome];
  const problem = problemOf(event);
  return { id: event.id, status, ...(problem && { reason: problem.reason, message: problem.message }) };
}
