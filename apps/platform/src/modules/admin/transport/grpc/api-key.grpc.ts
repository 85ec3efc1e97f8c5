import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { adminApiKeys } from '@sortition/contracts';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { CreateApiKey } from '../../application/create-api-key.js';
import { ListApiKeys } from '../../application/list-api-keys.js';
import { RevokeApiKey } from '../../application/revoke-api-key.js';
import { parseName } from '../../domain/resource-name.js';
import { apiKeyMessage, newApiKeyOf } from './api-key.mapper.js';
import { authorOf } from './author-of.js';
import { requiredMessage } from './required-message.js';

@Controller()
export class ApiKeyGrpc {
  constructor(
    private readonly create: CreateApiKey,
    private readonly list: ListApiKeys,
    private readonly revoke: RevokeApiKey,
  ) {}

  @GrpcMethod('ApiKeyService', 'CreateApiKey')
  async createApiKey(
    @Payload() request: adminApiKeys.CreateApiKeyRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminApiKeys.CreateApiKeyResponse> {
    const wanted = newApiKeyOf(requiredMessage(request.apiKey, 'api_key'));
    const { key, credential } = await this.create.execute(authorOf(principal), wanted);
    return { apiKey: apiKeyMessage(key), credential };
  }

  @GrpcMethod('ApiKeyService', 'ListApiKeys')
  async listApiKeys(
    @Payload() { pageSize: size, pageToken: token }: adminApiKeys.ListApiKeysRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminApiKeys.ListApiKeysResponse> {
    const { items, nextToken } = await this.list.execute(authorOf(principal), { size, token });
    return { apiKeys: items.map(apiKeyMessage), nextPageToken: nextToken };
  }

  @GrpcMethod('ApiKeyService', 'RevokeApiKey')
  async revokeApiKey(
    @Payload() request: adminApiKeys.RevokeApiKeyRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminApiKeys.RevokeApiKeyResponse> {
    const { key } = parseName('apiKey', request.name);
    return { apiKey: apiKeyMessage(await this.revoke.execute(authorOf(principal), key)) };
  }
}
