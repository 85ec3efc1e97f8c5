import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Authenticator } from '../../../../runtime/auth/authenticator.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { credentialOf } from '../../../../runtime/http/credential.js';
import type { Environments } from '../../application/environments.js';
import type { EvaluateFlags } from '../../application/evaluate-flags.js';
import type { EnvironmentState } from '../../domain/environment-state.js';
import { evaluatorOf, scopeOf } from '../scope-of.js';
import { ofrepContext } from './ofrep-context.js';
import { replyWithOfrepError } from './ofrep-error.js';
import { matchesEtag, ofrepEtag } from './ofrep-etag.js';
import { isFailure, ofrepItem } from './ofrep-item.js';

/** Largest body, in bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

interface FlagRoute {
  readonly Params: { readonly key: string };
}

/** Serves the OpenFeature Remote Evaluation Protocol 0.3.0: one flag, and all flags for one context. */
export class OfrepHttp {
  constructor(
    private readonly environments: Environments,
    private readonly evaluate: EvaluateFlags,
    private readonly authenticator: Authenticator,
  ) {}

  register(fastify: FastifyInstance): void {
    void fastify.register(async (scope: FastifyInstance) => {
      acceptEmptyBodies(scope);
      scope.setErrorHandler((error, request, reply) => replyWithOfrepError(reply, error, keyOf(request)));
      scope.post<FlagRoute>('/ofrep/v1/evaluate/flags/:key', { bodyLimit: MAX_BODY_BYTES }, (request, reply) =>
        this.one(request, reply),
      );
      scope.post('/ofrep/v1/evaluate/flags', { bodyLimit: MAX_BODY_BYTES }, (request, reply) =>
        this.all(request, reply),
      );
    });
  }

  private async one(request: FastifyRequest<FlagRoute>, reply: FastifyReply): Promise<void> {
    const { key } = request.params;
    const { principal, state } = await this.open(request);
    const context = ofrepContext(request.body);
    const decision = await this.evaluate.one(state, evaluatorOf(principal), key, context);
    const item = ofrepItem(key, decision, setMetadataOf(state));
    await reply.code(isFailure(item) ? 400 : 200).send(item);
  }

  private async all(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { principal, state } = await this.open(request);
    const context = ofrepContext(request.body);
    const decisions = await this.evaluate.several(state, evaluatorOf(principal), [], context);
    const flags = decisions.map(({ flag, decision }) => ofrepItem(flag, decision));
    const body = JSON.stringify({ flags, metadata: setMetadataOf(state) });
    const { keySelector } = principal;
    const etag = ofrepEtag({ contentHash: state.contentHash, context, keySelector, body });
    reply.header('ETag', etag).header('Cache-Control', 'no-store');
    if (matchesEtag(request.headers['if-none-match'], etag)) {
      await reply.code(304).send();
      return;
    }
    await reply.type('application/json; charset=utf-8').send(body);
  }

  private async open(request: FastifyRequest): Promise<{ principal: Principal; state: EnvironmentState }> {
    const credential = credentialOf(request);
    const principal =
      this.authenticator.authorizeCached(credential, 'resolve') ??
      (await this.authenticator.authorize(credential, 'resolve'));
    const { id: environmentId } = scopeOf(principal);
    const state =
      this.environments.current(environmentId) ??
      (await this.environments.load({ organizationId: principal.organizationId, environmentId })).state;
    return { principal, state };
  }
}

function setMetadataOf(state: EnvironmentState): Readonly<Record<string, string>> {
  return { flagSetId: state.flagSetId, version: String(state.revision) };
}

function keyOf(request: FastifyRequest): string | undefined {
  return (request.params as Partial<FlagRoute['Params']> | undefined)?.key;
}

/** Clients send an empty body with a JSON content type when they have no context. */
function acceptEmptyBodies(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser('error', 'error');
  scope.removeContentTypeParser('application/json');
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body as string, done);
  });
}
