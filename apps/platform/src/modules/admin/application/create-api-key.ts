import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@sortition/kernel';
import { invalidArgument, notFound, requireStorableText } from '@sortition/declaration';

import { createApiKey } from '../../../runtime/auth/api-key.js';
import { CLOCK } from '../../../runtime/clock-token.js';
import type { ApiKey, ApiKeyKind } from '../domain/api-key.js';
import type { Author } from '../domain/author.js';
import { OPERATORS } from '../domain/organization.js';
import { formatName, parseName } from '../domain/resource-name.js';
import { ADMIN_DATABASE, type AdminDatabase, type AdminSession } from './admin-database.js';
import { IDENTITY, type Identity } from './identity.js';

export interface NewApiKey {
  readonly kind: ApiKeyKind;
  readonly displayName: string;
  /** Resource name; empty for admin keys and the operator's. */
  readonly environment: string;
  readonly expiresAt: Date | undefined;
}

export interface CreatedApiKey {
  readonly key: ApiKey;
  /** The whole credential. It is not stored. */
  readonly credential: string;
}

@Injectable()
export class CreateApiKey {
  constructor(
    @Inject(ADMIN_DATABASE) private readonly database: AdminDatabase,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError INVALID_ARGUMENT, RESOURCE_NOT_FOUND for the environment. */
  execute(author: Author, key: NewApiKey): Promise<CreatedApiKey> {
    return this.database.write(author.organizationId, (session) => this.createIn(session, author, key));
  }

  /** The same in a transaction that is under way. */
  async createIn(session: AdminSession, author: Author, key: NewApiKey): Promise<CreatedApiKey> {
    const now = this.clock.now();
    if ((key.kind === 'operator') !== (author.organizationId === OPERATORS.id)) {
      throw invalidArgument(
        'api_key.kind',
        key.kind,
        'must be operator for the operator alone, and nothing else there',
      );
    }
    requireStorableText(key.displayName, 'api_key.display_name');
    if (key.expiresAt && key.expiresAt.getTime() <= now) {
      throw invalidArgument('api_key.expire_time', key.expiresAt.toISOString(), 'must be in the future');
    }
    const { credential, selector, secretHash } = createApiKey(key.kind);
    const created: ApiKey = {
      id: this.identity.newId(),
      selector,
      kind: key.kind,
      displayName: key.displayName,
      environment: await environmentOf(session, key),
      expiresAt: key.expiresAt,
      revokedAt: undefined,
      createdAt: new Date(now),
    };
    await session.apiKeys.create(created, secretHash);
    await session.audit.record([
      {
        actor: author.actor,
        action: 'apiKeys.create',
        resource: formatName('apiKey', { key: selector }),
        before: undefined,
        after: { kind: key.kind, displayName: key.displayName, environment: key.environment, expiresAt: key.expiresAt },
      },
    ]);
    return { key: created, credential };
  }
}

async function environmentOf(
  session: AdminSession,
  { kind, environment: name }: NewApiKey,
): Promise<ApiKey['environment']> {
  const field = 'api_key.environment';
  if (kind === 'admin' || kind === 'operator') {
    if (name !== '') throw invalidArgument(field, name, `must be empty for a key of kind ${kind}`);
    return undefined;
  }
  const { project: projectKey, environment: key } = parseName('environment', name, field);
  const project = await session.projects.find(projectKey);
  const environment = project && (await session.projects.findEnvironment(project, key));
  if (!environment) throw notFound(name, field);
  return { id: environment.id, project: projectKey, key };
}
