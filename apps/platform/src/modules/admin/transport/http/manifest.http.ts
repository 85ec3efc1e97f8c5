import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DomainError } from '@sortition/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { AUTHENTICATOR, type Authenticator } from '../../../../runtime/auth/authenticator.js';
import type { Permission } from '../../../../runtime/auth/permissions.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { credentialOf } from '../../../../runtime/http/credential.js';
import { callerAddress } from '../../../../runtime/limits/caller-address.js';
import { DeleteResource } from '../../application/delete-resource.js';
import { type ManifestPlace, WriteManifestFlag } from '../../application/write-manifest-flag.js';
import { ReadManifest } from '../../application/read-manifest.js';
import type { ManifestFlag } from '../../domain/manifest-flag.js';
import { authorOf } from '../grpc/author-of.js';
import { manifestFlagBody, readCreation, readUpdate } from './manifest-body.js';
import { replyWithManifestError } from './manifest-error.js';
import { readExactJson } from './read-exact-json.js';

const MANIFEST = '/openfeature/v0/manifest';
/** Base path for admin keys, which are bound to no environment. */
const ENVIRONMENT = '/projects/:project/environments/:environment';
const MAX_BODY_BYTES = 1024 * 1024;

interface ManifestRoute {
  readonly Params: { readonly project?: string; readonly environment?: string; readonly key?: string };
}

type ManifestRequest = FastifyRequest<ManifestRoute>;

/**
 * The Manifest Management API by which the OpenFeature CLI pulls and pushes flags. Client and server keys read at the
 * root; admin keys read and write below the environment's path.
 */
@Injectable()
export class ManifestHttp implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    private readonly readManifest: ReadManifest,
    private readonly writeFlag: WriteManifestFlag,
    private readonly deleteResource: DeleteResource,
  ) {}

  onModuleInit(): void {
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    void fastify.register(async (scope: FastifyInstance) => {
      scope.setErrorHandler((error, _request, reply) => replyWithManifestError(reply, error));
      readExactJson(scope);
      const options = { bodyLimit: MAX_BODY_BYTES };
      for (const base of ['', ENVIRONMENT]) {
        const flags = `${base}${MANIFEST}/flags`;
        scope.get<ManifestRoute>(`${base}${MANIFEST}`, (request, reply) => this.read(request, reply));
        scope.post<ManifestRoute>(flags, options, (request, reply) => this.create(request, reply));
        scope.put<ManifestRoute>(`${flags}/:key`, options, (request, reply) => this.update(request, reply));
        scope.delete<ManifestRoute>(`${flags}/:key`, options, (request, reply) => this.remove(request, reply));
      }
    });
  }

  private async read(request: ManifestRequest, reply: FastifyReply): Promise<void> {
    const isRoot = request.params.project === undefined;
    const principal = await this.authorize(request, isRoot ? 'resolve' : 'configuration.read');
    const { organizationId, kind, environment } = principal;
    const flags = await this.readManifest.execute({ organizationId, ...(environment ?? placeOf(request)) });
    const body = { flags: flags.flatMap((flag) => (kind === 'client' ? forClients(flag) : [manifestFlagBody(flag)])) };
    await reply.header('X-Manifest-Capabilities', isRoot ? 'read' : 'read,write,delete').send(body);
  }

  private async create(request: ManifestRequest, reply: FastifyReply): Promise<void> {
    const principal = await this.authorize(request, 'configuration.write');
    const flag = await this.writeFlag.create(authorOf(principal), placeOf(request), readCreation(request.body));
    await written(reply.code(201), flag);
  }

  private async update(request: ManifestRequest, reply: FastifyReply): Promise<void> {
    const principal = await this.authorize(request, 'configuration.write');
    const changes = readUpdate(request.body, request.params.key ?? '');
    await written(reply, await this.writeFlag.update(authorOf(principal), placeOf(request), changes));
  }

  private async remove(request: ManifestRequest, reply: FastifyReply): Promise<void> {
    const principal = await this.authorize(request, 'configuration.write');
    const { key = '' } = request.params;
    const address = { kind: 'flag', project: placeOf(request).project, environment: undefined, key } as const;
    await this.deleteResource.execute(authorOf(principal), address, '');
    await reply.send({ message: `Flag "${key}" was deleted.`, archivedAt: null });
  }

  private async authorize(request: ManifestRequest, permission: Permission): Promise<Principal> {
    try {
      return await this.authenticator.authorize(credentialOf(request), permission, callerAddress(request.ip));
    } catch (error) {
      if (permission !== 'resolve' || !(error instanceof DomainError) || error.kind !== 'forbidden') throw error;
      throw placeIsMissing('forbidden', error);
    }
  }
}

/** The environment of the path. @throws DomainError INVALID_ARGUMENT when the path has none. */
function placeOf({ params: { project, environment } }: ManifestRequest): ManifestPlace {
  if (project === undefined || environment === undefined) throw placeIsMissing('invalid');
  return { project, environment };
}

function placeIsMissing(kind: 'invalid' | 'forbidden', cause?: unknown): DomainError {
  const url = '/projects/{project}/environments/{environment}';
  const code = kind === 'invalid' ? 'INVALID_ARGUMENT' : 'PERMISSION_DENIED';
  const message = `An admin key is bound to no environment; end the provider URL with ${url}.`;
  return new DomainError(kind, code, message, {
    cause,
    violations: [{ field: 'url', description: `must name ${url}` }],
  });
}

/** Descriptions are written for the team, and a client key is public. */
function forClients(flag: ManifestFlag): readonly object[] {
  return flag.clientVisible ? [manifestFlagBody({ ...flag, description: '' })] : [];
}

async function written(reply: FastifyReply, flag: ManifestFlag): Promise<void> {
  const body = { flag: manifestFlagBody(flag), updatedAt: flag.updatedAt.toISOString() };
  await reply.header('X-Manifest-Capabilities', 'read,write,delete').send(body);
}
