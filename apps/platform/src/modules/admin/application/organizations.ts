import { Inject, Injectable } from '@nestjs/common';
import { alreadyExists, notFound, requireStorableText } from '@sortition/declaration';
import type { Clock } from '@sortition/kernel';

import { CLOCK } from '../../../runtime/clock-token.js';
import type { Author } from '../domain/author.js';
import type { Organization } from '../domain/organization.js';
import { formatName } from '../domain/resource-name.js';
import { ADMIN_DATABASE, type AdminDatabase } from './admin-database.js';
import { CreateApiKey, type CreatedApiKey } from './create-api-key.js';
import { IDENTITY, type Identity } from './identity.js';
import { ORGANIZATION_DIRECTORY, type OrganizationDirectory } from './organization-directory.js';
import { BY_KEY, type Page, type PageRequest, readPage } from './page.js';

export interface NewOrganization {
  readonly key: string;
  /** Empty: the key. */
  readonly displayName: string;
}

export interface CreatedOrganization extends CreatedApiKey {
  readonly organization: Organization;
}

/** What the operator does with tenants. */
@Injectable()
export class Organizations {
  constructor(
    @Inject(ADMIN_DATABASE) private readonly database: AdminDatabase,
    @Inject(ORGANIZATION_DIRECTORY) private readonly directory: OrganizationDirectory,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly createApiKey: CreateApiKey,
  ) {}

  /** Creates an organization with its first admin key. @throws DomainError ALREADY_EXISTS, INVALID_ARGUMENT. */
  create(operator: Author, { key, displayName }: NewOrganization): Promise<CreatedOrganization> {
    requireStorableText(displayName, 'organization.display_name');
    const organization: Organization = {
      id: this.identity.newId(),
      key,
      displayName: displayName || key,
      createdAt: new Date(this.clock.now()),
    };
    const name = formatName('organization', { organization: key });
    return this.database.write(organization.id, async (session) => {
      if (!(await session.projects.createOrganization(organization))) throw alreadyExists(name);
      const { actor } = operatorIn(organization, operator);
      const after = { displayName: organization.displayName };
      await session.audit.record([{ actor, action: 'organizations.create', resource: name, before: undefined, after }]);
      const wanted = { ...ADMIN_KEY, displayName: 'First admin key' };
      const created = await this.createApiKey.createIn(session, operatorIn(organization, operator), wanted);
      return { organization, ...created };
    });
  }

  /** Ordered by key. @throws DomainError INVALID_ARGUMENT. */
  list(request: PageRequest): Promise<Page<Organization>> {
    return readPage('organizations', request, BY_KEY, (query) => this.directory.list(query));
  }

  /** Creates a further admin key of an organization. @throws DomainError RESOURCE_NOT_FOUND, INVALID_ARGUMENT. */
  async createKey(operator: Author, key: string, displayName: string): Promise<CreatedApiKey> {
    const organization = await this.directory.find(key);
    if (!organization) throw notFound(formatName('organization', { organization: key }), 'parent');
    return this.createApiKey.execute(operatorIn(organization, operator), { ...ADMIN_KEY, displayName });
  }
}

const ADMIN_KEY = { kind: 'admin', environment: '', expiresAt: undefined } as const;

/** The audit trail of a tenant names the operator by the token's public part. */
function operatorIn({ id, key }: Organization, { actor }: Author): Author {
  return { organizationId: id, organization: key, actor: actor.replace(/^apiKeys/, 'operators') };
}
