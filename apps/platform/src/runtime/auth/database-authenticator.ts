import { DomainError, type Clock } from '@sortition/kernel';
import { LRUCache } from 'lru-cache';

import type { TypeormTenantDatabase } from '../database/typeorm-tenant-database.js';
import { parseApiKey, secretMatches } from './api-key.js';
import type { Authenticator } from './authenticator.js';
import type { Permission } from './permissions.js';
import type { Principal } from './principal.js';
import { permittedPrincipal, readStoredKey, unknownKey } from './stored-keys.js';

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

/** Verifies API keys against the table api_key and remembers the verified ones. */
export class DatabaseAuthenticator implements Authenticator {
  private readonly verified = new LRUCache<string, VerifiedKey>({ max: CACHE_SIZE });
  /** Look-ups under way: many first calls with one key share one. */
  private readonly underWay = new Map<string, Promise<VerifiedKey>>();

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

  private verify(credential: string): Promise<VerifiedKey> {
    const shared = this.underWay.get(credential);
    if (shared) return shared;
    const lookup = this.lookUp(credential).finally(() => this.underWay.delete(credential));
    this.underWay.set(credential, lookup);
    return lookup;
  }

  private async lookUp(credential: string): Promise<VerifiedKey> {
    const { selector, secret, kind } = parseApiKey(credential);
    const { principal, secretHash, expiresAtMs } = await readStoredKey(this.database, selector);
    if (principal.kind !== kind || !secretMatches(secret, secretHash)) throw unknownKey(selector);
    return { principal, expiresAtMs, verifiedAtMs: this.clock.now() };
  }

  private permitted(key: VerifiedKey, permission: Permission): Principal {
    return permittedPrincipal(key, permission, this.clock.now());
  }
}
