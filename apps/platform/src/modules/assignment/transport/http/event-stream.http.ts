import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Authenticator } from '../../../../runtime/auth/authenticator.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import type { StreamTokens } from '../../../../runtime/auth/stream-tokens.js';
import { credentialOf } from '../../../../runtime/http/credential.js';
import { callerAddress } from '../../../../runtime/limits/caller-address.js';
import type { Environments } from '../../application/environments.js';
import { scopeOf } from '../scope-of.js';
import { EventStreamConnection } from './event-stream-connection.js';
import type { KnownState } from './event-stream-state.js';
import type { EventStreams } from './event-streams.js';
import { EVENT_STREAM_PATH } from './offered-event-streams.js';
import { replyWithOfrepError } from './ofrep-error.js';

/** Clients connect again after 1 to 3 seconds, spread so that a process that starts is not met by all at once. */
const MIN_RETRY_MS = 1_000;
const RETRY_SPREAD_MS = 2_000;

interface StreamRoute {
  readonly Querystring: {
    readonly token?: unknown;
    /** What the client evaluated last: `metadata.version` of its bulk evaluation. */
    readonly revision?: unknown;
  };
}

export interface EventStreamParts {
  readonly environments: Environments;
  readonly streams: EventStreams;
  readonly authenticator: Authenticator;
  readonly tokens: StreamTokens;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Serves the event stream of OFREP 0.3.0: server-sent events that say when to evaluate again, never what. */
export class EventStreamHttp {
  constructor(private readonly parts: EventStreamParts) {}

  register(fastify: FastifyInstance): void {
    void fastify.register(async (scope: FastifyInstance) => {
      scope.setErrorHandler((error, _request, reply) => replyWithOfrepError(reply, error));
      scope.get<StreamRoute>(EVENT_STREAM_PATH, { exposeHeadRoute: false }, (request, reply) =>
        this.connect(request, reply),
      );
    });
  }

  private async connect(request: FastifyRequest<StreamRoute>, reply: FastifyReply): Promise<void> {
    const { environments, streams, random } = this.parts;
    const principal = await this.authorize(request);
    const address = callerAddress(request.ip);
    streams.requireRoom(principal, address);
    const environment = await environments.loadNewest({
      organizationId: principal.organizationId,
      environmentId: scopeOf(principal).id,
    });
    streams.requireRoom(principal, address);
    if (request.raw.destroyed || request.raw.socket.destroyed) return;

    const output = openStream(reply);
    const connection = new EventStreamConnection(output);
    connection.setRetry(MIN_RETRY_MS + Math.floor(random() * RETRY_SPREAD_MS));
    output.once('close', streams.add(connection, environment, { principal, address }, knownStateOf(request)));
  }

  /** By the token of the URL, or by the API key that a client which can send headers has sent. */
  private async authorize(request: FastifyRequest<StreamRoute>): Promise<Principal> {
    const { token } = request.query;
    const address = callerAddress(request.ip);
    if (token === undefined) return this.parts.authenticator.authorize(credentialOf(request), 'resolve', address);
    return this.parts.tokens.authorize(typeof token === 'string' ? token : '', 'resolve', address);
  }
}

function knownStateOf({ headers, query }: FastifyRequest<StreamRoute>): KnownState {
  const id = headers['last-event-id'];
  const { revision } = query;
  return {
    lastEventId: typeof id === 'string' && id !== '' ? id : undefined,
    revision: typeof revision === 'string' && /^\d{1,15}$/.test(revision) ? Number(revision) : undefined,
  };
}

/** Takes the reply over from Fastify, with the headers that were set for every reply. */
function openStream(reply: FastifyReply): FastifyReply['raw'] {
  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    // Proxies that buffer would hold every message back.
    'X-Accel-Buffering': 'no',
  });
  raw.flushHeaders();
  return raw;
}
