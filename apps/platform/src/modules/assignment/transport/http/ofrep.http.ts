import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';

import type { Authenticator } from '../../../../runtime/auth/authenticator.js';
import { credentialOf } from '../../../../runtime/http/credential.js';
import { readJsonOnly } from '../../../../runtime/http/read-json-only.js';
import { callerAddress } from '../../../../runtime/limits/caller-address.js';
import type { EvaluationLimits } from '../../../../runtime/limits/evaluation-limits.js';
import type { Environments } from '../../application/environments.js';
import type { LaterRevisions } from '../../application/later-revisions.js';
import { scopeOf } from '../scope-of.js';
import { whenDecided } from '../when-decided.js';
import { revisionOfEventStreamId } from './event-stream-state.js';
import type { OfrepAnswer, OfrepAnswers, OfrepCaller } from './ofrep-answers.js';
import { replyWith, replyWithOfrepError } from './ofrep-error.js';
import { BULK_ROUTE, FLAG_ROUTE, MAX_BODY_BYTES } from './ofrep-routes.js';

/** No line is logged of a request that is answered, so it needs no logger of its own. */
const ROUTE: RouteShorthandOptions = { bodyLimit: MAX_BODY_BYTES, childLoggerFactory: (logger) => logger };

interface FlagRoute {
  readonly Params: { readonly key: string } | { readonly '*': string };
}

/** Names of the state that an event stream told of. */
interface BulkRoute {
  readonly Querystring: { readonly flagConfigEtag?: unknown };
  readonly Headers: {
    /** In place of the query parameter: browsers keep a leave to send requests for each address. */
    readonly 'sortition-flag-config-etag'?: string;
  };
}

export interface OfrepParts {
  readonly environments: Environments;
  readonly later: LaterRevisions;
  readonly answers: OfrepAnswers;
  readonly authenticator: Authenticator;
  readonly limits: EvaluationLimits;
}

/** Serves the OpenFeature Remote Evaluation Protocol 0.3.0: one flag, and all flags for one context. */
export class OfrepHttp {
  constructor(private readonly parts: OfrepParts) {}

  register(fastify: FastifyInstance): void {
    void fastify.register(async (scope: FastifyInstance) => {
      // Clients send an empty body when they have no context.
      readJsonOnly(scope);
      scope.setErrorHandler((error, request, reply) => replyWithOfrepError(reply, error, keyOf(request)));
      scope.post<FlagRoute>(FLAG_ROUTE, ROUTE, (request, reply) => this.one(request, reply));
      // Some clients do not encode the slashes of a key.
      scope.post<FlagRoute>(`${BULK_ROUTE}/*`, ROUTE, (request, reply) => this.one(request, reply));
      scope.post<BulkRoute>(BULK_ROUTE, ROUTE, (request, reply) => this.all(request, reply));
    });
  }

  /** Answers without a promise when key and environment are at hand, which is nearly always. */
  private one(request: FastifyRequest<FlagRoute>, reply: FastifyReply): undefined | Promise<undefined> {
    const key = keyOf(request) ?? '';
    return whenDecided(this.open(request, 0), (caller) =>
      whenDecided(this.parts.answers.one(caller, key, request.body), (answer) => replied(reply, answer)),
    );
  }

  private all(request: FastifyRequest<BulkRoute>, reply: FastifyReply): undefined | Promise<undefined> {
    const { query, headers, body } = request;
    const told = headers['sortition-flag-config-etag'] ?? query.flagConfigEtag;
    return whenDecided(this.open(request, revisionSeen(told)), (caller) =>
      whenDecided(this.parts.answers.all(caller, body), (answer) => replied(reply, answer)),
    );
  }

  /** Whose request it is, and what it is evaluated against. */
  private open(request: FastifyRequest, revision: number): OfrepCaller | Promise<OfrepCaller> {
    const apiKey = credentialOf(request);
    const { authenticator, environments, limits } = this.parts;
    const principal = authenticator.authorizeCached(apiKey, 'resolve');
    const state = principal?.environment && environments.current(principal.environment.id);
    if (apiKey === undefined || !principal || !state || state.revision < revision) {
      return this.openAnew(request, revision);
    }
    limits.take(principal, () => callerAddress(request.ip));
    return { apiKey, principal, state, headers: request.headers };
  }

  /** @param revision the state must be at least as new, if the database has it. */
  private async openAnew(request: FastifyRequest, revision: number): Promise<OfrepCaller> {
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
    return { apiKey: apiKey ?? '', principal, state, headers: request.headers };
  }
}

function revisionSeen(flagConfigEtag: unknown): number {
  return typeof flagConfigEtag === 'string' ? revisionOfEventStreamId(flagConfigEtag) : 0;
}

function replied(reply: FastifyReply, answer: OfrepAnswer): undefined {
  replyWith(reply, answer);
  return undefined;
}

function keyOf(request: FastifyRequest): string | undefined {
  const params = request.params as Partial<Record<'key' | '*', string>> | undefined;
  return params?.key ?? params?.['*'];
}
