import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';

import type { Authenticator } from '../../../../runtime/auth/authenticator.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { credentialOf } from '../../../../runtime/http/credential.js';
import { readJsonOnly } from '../../../../runtime/http/read-json-only.js';
import { callerAddress } from '../../../../runtime/limits/caller-address.js';
import type { EvaluationLimits } from '../../../../runtime/limits/evaluation-limits.js';
import type { Environments } from '../../application/environments.js';
import type { EvaluateFlags } from '../../application/evaluate-flags.js';
import type { LaterRevisions } from '../../application/later-revisions.js';
import type { EnvironmentState } from '../../domain/environment-state.js';
import { evaluatorOf, scopeOf } from '../scope-of.js';
import { whenDecided } from '../when-decided.js';
import { revisionOfEventStreamId } from './event-stream-state.js';
import type { OfferedEventStreams } from './offered-event-streams.js';
import { ofrepContext } from './ofrep-context.js';
import { OfrepParseError, replyWithOfrepError } from './ofrep-error.js';
import { matchesEtag, ofrepEtag } from './ofrep-etag.js';
import { isFailure, ofrepItem } from './ofrep-item.js';

/** Largest body, in bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/** No line is logged of a request that is answered, so it needs no logger of its own. */
const ROUTE: RouteShorthandOptions = { bodyLimit: MAX_BODY_BYTES, childLoggerFactory: (logger) => logger };
const JSON_TYPE = 'application/json; charset=utf-8';

interface FlagRoute {
  readonly Params: { readonly key: string };
}

/** Names of the state that an event stream told of, and of the answer at hand. */
interface BulkRoute {
  readonly Querystring: { readonly flagConfigEtag?: unknown };
  readonly Headers: {
    readonly 'if-none-match'?: string;
    /** In place of the query parameter: browsers keep a leave to send requests for each address. */
    readonly 'sortition-flag-config-etag'?: string;
    /** In place of `If-None-Match`: with that, browsers ask for leave before each request. */
    readonly 'sortition-if-none-match'?: string;
  };
}

export interface OfrepParts {
  readonly environments: Environments;
  readonly later: LaterRevisions;
  readonly evaluate: EvaluateFlags;
  readonly authenticator: Authenticator;
  readonly offered: OfferedEventStreams;
  readonly limits: EvaluationLimits;
}

interface Opened {
  /** The API key, verified. */
  readonly apiKey: string;
  readonly principal: Principal;
  readonly state: EnvironmentState;
}

/** Serves the OpenFeature Remote Evaluation Protocol 0.3.0: one flag, and all flags for one context. */
export class OfrepHttp {
  constructor(private readonly parts: OfrepParts) {}

  register(fastify: FastifyInstance): void {
    void fastify.register(async (scope: FastifyInstance) => {
      // Clients send an empty body when they have no context.
      readJsonOnly(scope, () => new OfrepParseError('The body is not UTF-8.'));
      scope.setErrorHandler((error, request, reply) => replyWithOfrepError(reply, error, keyOf(request)));
      scope.post<FlagRoute>('/ofrep/v1/evaluate/flags/:key', ROUTE, (request, reply) => this.one(request, reply));
      scope.post<BulkRoute>('/ofrep/v1/evaluate/flags', ROUTE, (request, reply) => this.all(request, reply));
    });
  }

  /** Answers without a promise when key and environment are at hand, which is nearly always. */
  private one(request: FastifyRequest<FlagRoute>, reply: FastifyReply): undefined | Promise<undefined> {
    return whenDecided(this.open(request), ({ principal, state }) => {
      const { key } = request.params;
      const context = ofrepContext(request.body);
      return whenDecided(this.parts.evaluate.one(state, evaluatorOf(principal), key, context), (decision) => {
        const item = ofrepItem(key, decision, setMetadataOf(state));
        reply.code(isFailure(item) ? 400 : 200).header('Content-Type', JSON_TYPE);
        // Sent as text, and not awaited: a reply that is awaited listens for the end of its socket.
        void reply.send(JSON.stringify(item));
        return undefined;
      });
    });
  }

  private async all(request: FastifyRequest<BulkRoute>, reply: FastifyReply): Promise<void> {
    const { query, headers } = request;
    const told = headers['sortition-flag-config-etag'] ?? query.flagConfigEtag;
    const { apiKey, principal, state } = await this.openAnew(request, revisionSeen(told));
    const context = ofrepContext(request.body);
    const decisions = await this.parts.evaluate.several(state, evaluatorOf(principal), [], context);
    const flags = decisions.map(({ flag, decision }) => ofrepItem(flag, decision));
    const eventStreams = this.parts.offered.for(apiKey);
    const body = JSON.stringify({ flags, metadata: setMetadataOf(state), eventStreams });
    const { keySelector } = principal;
    const etag = ofrepEtag({ contentHash: state.contentHash, context, keySelector, body });
    reply.header('ETag', etag).header('Cache-Control', 'no-store');
    if (matchesEtag(headers['sortition-if-none-match'] ?? headers['if-none-match'], etag)) {
      await reply.code(304).send();
      return;
    }
    await reply.type(JSON_TYPE).send(body);
  }

  /** Whose request it is, and what it is evaluated against. */
  private open(request: FastifyRequest): Opened | Promise<Opened> {
    const apiKey = credentialOf(request);
    const { authenticator, environments, limits } = this.parts;
    const principal = authenticator.authorizeCached(apiKey, 'resolve');
    const state = principal?.environment && environments.current(principal.environment.id);
    if (apiKey === undefined || !principal || !state) return this.openAnew(request, 0);
    limits.take(principal, () => callerAddress(request.ip));
    return { apiKey, principal, state };
  }

  /** @param revision the state must be at least as new, if the database has it. */
  private async openAnew(request: FastifyRequest, revision: number): Promise<Opened> {
    const apiKey = credentialOf(request);
    const { authenticator, environments, later, limits } = this.parts;
    const address = callerAddress(request.ip);
    const principal = await authenticator.authorize(apiKey, 'resolve', address);
    limits.take(principal, () => address);
    const { organizationId } = principal;
    const { id: environmentId } = scopeOf(principal);
    let state = environments.current(environmentId);
    if (!state || state.revision < revision) {
      const environment = await environments.load({ organizationId, environmentId });
      await later.reach(environment, revision);
      ({ state } = environment);
    }
    // Without a key nobody was authorized above.
    return { apiKey: apiKey ?? '', principal, state };
  }
}

function revisionSeen(flagConfigEtag: unknown): number {
  return typeof flagConfigEtag === 'string' ? revisionOfEventStreamId(flagConfigEtag) : 0;
}

function setMetadataOf(state: EnvironmentState): Readonly<Record<string, string>> {
  return { flagSetId: state.flagSetId, version: String(state.revision) };
}

function keyOf(request: FastifyRequest): string | undefined {
  return (request.params as Partial<FlagRoute['Params']> | undefined)?.key;
}
