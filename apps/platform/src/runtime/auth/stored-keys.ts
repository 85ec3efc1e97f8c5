import { type Clock, DomainError } from '@sortition/kernel';
import type { EntityManager } from 'typeorm';

import type { TypeormTenantDatabase } from '../database/typeorm-tenant-database.js';
import type { Permission } from './permissions.js';
import { PERMISSIONS_OF_KIND } from './permissions.js';
import type { KeyKind, Principal } from './principal.js';

/** An API key as stored; never one that was revoked. */
export interface StoredKey {
  readonly principal: Principal;
  readonly secretHash: Buffer;
  readonly expiresAtMs: number | undefined;
}

interface KeyRow {
  readonly organization_id: string;
  readonly secret_hash: Buffer;
  readonly kind: KeyKind;
  readonly environment_id: string | null;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
}

interface OrganizationRow {
  readonly key: string;
  readonly events_per_second: number | null;
}

/**
 * Reads a key of the table api_key by its public part.
 *
 * @throws DomainError UNKNOWN_API_KEY also for one that was revoked; DATABASE_UNAVAILABLE.
 */
export async function readStoredKey(database: TypeormTenantDatabase, selector: string): Promise<StoredKey> {
  const row = await database.lookUp('sortition.key_selector', selector, async (manager) => {
    const rows: readonly KeyRow[] = await manager.query(
      `SELECT organization_id, secret_hash, kind, environment_id, expires_at, revoked_at FROM api_key WHERE selector = $1`,
      [selector],
    );
    return rows[0];
  });
  if (!row || row.revoked_at !== null) throw unknownKey(selector);
  const principal = await database.read(row.organization_id, (manager) => principalOf(manager, row, selector));
  return { principal, secretHash: row.secret_hash, expiresAtMs: row.expires_at?.getTime() };
}

/**
 * Whom a key speaks for when it may do something now.
 *
 * @throws DomainError EXPIRED_API_KEY, PERMISSION_DENIED.
 */
export function permittedPrincipal(
  { principal, expiresAtMs }: Pick<StoredKey, 'principal' | 'expiresAtMs'>,
  permission: Permission,
  clock: Clock,
): Principal {
  if (expiresAtMs !== undefined && clock.now() >= expiresAtMs) {
    throw new DomainError(
      'unauthenticated',
      'EXPIRED_API_KEY',
      `The API key "${principal.keySelector}" expired at ${new Date(expiresAtMs).toISOString()}.`,
      { violations: [{ field: 'authorization', description: 'has expired' }] },
    );
  }
  if (!PERMISSIONS_OF_KIND[principal.kind].has(permission)) {
    throw new DomainError(
      'forbidden',
      'PERMISSION_DENIED',
      `A key of kind "${principal.kind}" lacks the permission "${permission}".`,
      { violations: [{ field: 'authorization', description: `lacks "${permission}"` }] },
    );
  }
  return principal;
}

export function unknownKey(selector: string): DomainError {
  return new DomainError(
    'unauthenticated',
    'UNKNOWN_API_KEY',
    `The API key "${selector}" is not known, its secret is wrong, or it was revoked.`,
    { violations: [{ field: 'authorization', description: 'is not a valid API key' }] },
  );
}

async function principalOf(manager: EntityManager, row: KeyRow, selector: string): Promise<Principal> {
  const organizations: readonly OrganizationRow[] = await manager.query(
    `SELECT key, events_per_second FROM organization WHERE id = $1`,
    [row.organization_id],
  );
  const organization = organizations[0];
  if (organization === undefined) throw unknownKey(selector);
  const scopes: readonly { readonly project: string; readonly environment: string }[] =
    row.environment_id === null
      ? []
      : await manager.query(
          `SELECT p.key AS project, e.key AS environment FROM environment e JOIN project p ON p.id = e.project_id WHERE e.id = $1`,
          [row.environment_id],
        );
  const scope = scopes[0];
  if (row.environment_id !== null && !scope) throw unknownKey(selector);
  return {
    organizationId: row.organization_id,
    organization: organization.key,
    keySelector: selector,
    kind: row.kind,
    environment: row.environment_id !== null && scope ? { id: row.environment_id, ...scope } : undefined,
    eventsPerSecond: organization.events_per_second ?? undefined,
  };
}
