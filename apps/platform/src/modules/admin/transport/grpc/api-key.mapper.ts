import { typesProject } from '@sortition/contracts';

import type { NewApiKey } from '../../application/create-api-key.js';
import type { ApiKey, ApiKeyKind } from '../../domain/api-key.js';
import { formatName } from '../../domain/resource-name.js';
import { enumValue, type EnumTable } from './enum-value.js';

const { ApiKeyKind: WireKind } = typesProject;

const KINDS: EnumTable<ApiKeyKind, typesProject.ApiKeyKind> = {
  client: WireKind.CLIENT,
  server: WireKind.SERVER,
  admin: WireKind.ADMIN,
  operator: WireKind.OPERATOR,
};

export function newApiKeyOf({ kind, displayName, environment, expireTime }: typesProject.ApiKey): NewApiKey {
  return { kind: enumValue(KINDS, kind, 'api_key.kind'), displayName, environment, expiresAt: expireTime };
}

export function apiKeyMessage(key: ApiKey): typesProject.ApiKey {
  const { environment } = key;
  return {
    name: formatName('apiKey', { key: key.selector }),
    kind: KINDS[key.kind],
    displayName: key.displayName,
    environment: environment
      ? formatName('environment', { project: environment.project, environment: environment.key })
      : '',
    expireTime: key.expiresAt,
    revokeTime: key.revokedAt,
    createTime: key.createdAt,
  };
}
