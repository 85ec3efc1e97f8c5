import { typesProject } from '@sortition/contracts';

import { columns } from '../output/columns.js';

/** A key as a person or a program sees it. */
export interface ListedKey {
  /** Resource name. */
  readonly name: string;
  readonly kind: string;
  readonly displayName: string;
  /** Resource name; null for keys that belong to no environment. */
  readonly environment: string | null;
  readonly createTime: string | null;
  readonly expireTime: string | null;
  readonly revokeTime: string | null;
}

/** A key with its secret, which is shown only now. */
export interface CreatedKey extends ListedKey {
  readonly credential: string;
}

export function listedKey(key: typesProject.ApiKey): ListedKey {
  return {
    name: key.name,
    kind: typesProject.ApiKeyKind[key.kind].toLowerCase(),
    displayName: key.displayName,
    environment: key.environment === '' ? null : key.environment,
    createTime: key.createTime?.toISOString() ?? null,
    expireTime: key.expireTime?.toISOString() ?? null,
    revokeTime: key.revokeTime?.toISOString() ?? null,
  };
}

export function createdKey(response: {
  readonly apiKey?: typesProject.ApiKey | undefined;
  readonly credential: string;
}): CreatedKey {
  const key = response.apiKey ?? typesProject.ApiKey.fromPartial({});
  return { ...listedKey(key), credential: response.credential };
}

export function renderKeys(keys: readonly ListedKey[], now = new Date().toISOString()): string {
  if (keys.length === 0) return 'No keys.';
  const rows = keys.map((key) => [
    key.name,
    key.kind,
    key.environment ?? '-',
    key.createTime?.slice(0, 10) ?? '-',
    stateOf(key, now),
    key.displayName,
  ]);
  return columns([['NAME', 'KIND', 'ENVIRONMENT', 'CREATED', 'STATE', 'DISPLAY NAME'], ...rows]);
}

export function renderCreatedKey({ name, kind, environment, credential, expireTime }: CreatedKey): string {
  return [
    `Created ${name}, a key of kind ${kind}${environment === null ? '' : ` for ${environment}`}${expireTime === null ? '' : `, until ${expireTime}`}.`,
    '',
    `  ${credential}`,
    '',
    'Keep it now: it is stored as a hash and cannot be shown again.',
  ].join('\n');
}

function stateOf({ revokeTime, expireTime }: ListedKey, now: string): string {
  if (revokeTime !== null) return `revoked ${revokeTime.slice(0, 10)}`;
  if (expireTime === null) return 'valid';
  return expireTime <= now ? `expired ${expireTime.slice(0, 10)}` : `valid until ${expireTime.slice(0, 10)}`;
}
