import { DomainError, type Clock } from '@sortition/kernel';
import { LRUCache } from 'lru-cache';
import type { EntityManager } from 'typeorm';

import type { TypeormTenantDatabase } from '../database/typeorm-tenant-database.js';
import { parseApiKey, secretMatches } from './api-key.js';
import type { Authenticator } from './authenticator.js';
import { PERMISSIONS_OF_KIND, type Permission } from './permissions.js';
import type { KeyKind, Principal } from './principal.js';

const CACHE_SIZE = 10_000;
/** How long a revocation may take to be noticed. */
const CACHE_TTL_MS = 10_000;
/** With the database away, keys that were verified before stay good for this long (static stability). */
const GRACE_MS = 24 * 60 * 60 * 1_000;

interface VerifiedKey {
  readonly principal: Principal;
  readonly expiresAtMs: number | undefined;
  readonly verifiedAtMs: number;
}

interface KeyRow {
  readonly organization_id: string;
  readonly secret_hash: Buffer;
  readonly kind: KeyKind;
  readonly environment_id: string | null;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
}

/** Verifies API keys against the table api_key and remembers the verified ones. */
export class DatabaseAuthenticator implements Authenticator {
  private readonly verified = new LRUCache<string, VerifiedKey>({ max: CACHE_SIZE });

  constructor(
    private readonly database: TypeormTenantDatabase,
    private readonly clock: Clock,
  ) {}

  authorizeCached(credential: string | undefined, permission: Permission): Principal | undefined {
    if (credential === undefined) return undefined;
    const key = this.verified.get(credential);
    if (!key || this.clock.now() - key.verifiedAtMs > CACHE_TTL_MS) return undefined;
    return this.permitted(key, permission);
  }

  async authorize(credential: string | undefined, permission: Permission): Promise<Principal> {
    if (credential === undefined || credential === '') {
      throw new DomainError(
        'unauthenticated',
        'MISSING_CREDENTIAL',
        'The call carries no API key. Send it as "authorization: Bearer sor_…".',
        { violations: [{ field: 'authorization', description: 'is missing' }] },
      );
    }
    const cached = this.verified.get(credential);
    if (cached && this.clock.now() - cached.verifiedAtMs <= CACHE_TTL_MS) return this.permitted(cached, permission);
    try {
      const key = await this.verify(credential);
      this.verified.set(credential, key);
      return this.permitted(key, permission);
    } catch (error) {
      const isAway = error instanceof DomainError && error.code === 'DATABASE_UNAVAILABLE';
      if (isAway && cached && this.clock.now() - cached.verifiedAtMs <= GRACE_MS)
        return this.permitted(cached, permission);
      if (!isAway) this.verified.delete(credential);
      throw error;
    }
  }

  private async verify(credential: string): Promise<VerifiedKey> {
    const { selector, secret, kind } = parseApiKey(credential);
    const row = await this.database.lookUp('sortition.key_selector', selector, async (manager) => {
      const rows: readonly KeyRow[] = await manager.query(
        `SELECT organization_id, secret_hash, kind, environment_id, expires_at, revoked_at FROM api_key WHERE selector = $1`,
        [selector],
      );
      return rows[0];
    });
    if (!row || row.kind !== kind || row.revoked_at !== null || !secretMatches(secret, row.secret_hash)) {
      throw unknownKey(selector);
    }
    const principal = await this.database.read(row.organization_id, (manager) => principalOf(manager, row, selector));
    return { principal, expiresAtMs: row.expires_at?.getTime(), verifiedAtMs: this.clock.now() };
  }

  private permitted(key: VerifiedKey, permission: Permission): Principal {
    const { principal, expiresAtMs } = key;
    if (expiresAtMs !== undefined && this.clock.now() >= expiresAtMs) {
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
}

async function principalOf(manager: EntityManager, row: KeyRow, selector: string): Promise<Principal> {
  const organizations: readonly { readonly key: string }[] = await manager.query(
    `SELECT key FROM organization WHERE id = $1`,
    [row.organization_id],
  );
  const organization = organizations[0]?.key;
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
    organization,
    keySelector: selector,
    kind: row.kind,
    environment: row.environment_id !== null && scope ? { id: row.environment_id, ...scope } : undefined,
  };
}

function unknownKey(selector: string): DomainError {
  return new DomainError(
    'unauthenticated',
    'UNKNOWN_API_KEY',
    `The API key "${selector}" is not known, its secret is wrong, or it was revoked.`,
    { violations: [{ field: 'authorization', description: 'is not a valid API key' }] },
  );
}
