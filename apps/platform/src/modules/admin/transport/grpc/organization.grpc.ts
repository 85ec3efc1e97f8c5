import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { adminOrganizations, typesProject } from '@sortition/contracts';
import { requireKey } from '@sortition/declaration';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { Organizations } from '../../application/organizations.js';
import type { Organization } from '../../domain/organization.js';
import { formatName, parseName } from '../../domain/resource-name.js';
import { apiKeyMessage } from './api-key.mapper.js';
import { authorOf } from './author-of.js';

@Controller()
export class OrganizationGrpc {
  constructor(private readonly organizations: Organizations) {}

  @GrpcMethod('OrganizationService', 'CreateOrganization')
  async createOrganization(
    @Payload() { organizationId, organization: wanted }: adminOrganizations.CreateOrganizationRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminOrganizations.CreateOrganizationResponse> {
    const key = requireKey(organizationId, 'organization_id');
    const displayName = wanted?.displayName ?? '';
    const created = await this.organizations.create(authorOf(principal), { key, displayName });
    return {
      organization: organizationMessage(created.organization),
      apiKey: apiKeyMessage(created.key),
      credential: created.credential,
    };
  }

  @GrpcMethod('OrganizationService', 'ListOrganizations')
  async listOrganizations(
    @Payload() { pageSize: size, pageToken: token }: adminOrganizations.ListOrganizationsRequest,
  ): Promise<adminOrganizations.ListOrganizationsResponse> {
    const { items, nextToken } = await this.organizations.list({ size, token });
    return { organizations: items.map(organizationMessage), nextPageToken: nextToken };
  }

  @GrpcMethod('OrganizationService', 'CreateOrganizationKey')
  async createOrganizationKey(
    @Payload() { parent, displayName }: adminOrganizations.CreateOrganizationKeyRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminOrganizations.CreateOrganizationKeyResponse> {
    const { organization } = parseName('organization', parent, 'parent');
    const { key, credential } = await this.organizations.createKey(authorOf(principal), organization, displayName);
    return { apiKey: apiKeyMessage(key), credential };
  }
}

function organizationMessage({ key, displayName, createdAt }: Organization): typesProject.Organization {
  return { name: formatName('organization', { organization: key }), displayName, createTime: createdAt };
}
