import { type Clock, DomainError } from '@sortition/kernel';
import { LRUCache } from 'lru-cache';

import { parseApiKey, secretMatches } from './api-key.js';
import type { Authenticator } from './authenticator.js';
import type { KnownKey, KnownKeys } from './known-keys.js';
import type { Permission } from './permissions.js';
import type { Principal } from './principal.js';
import { permittedPrincipal, unknownKey } from './stored-keys.js';
import type { WrongKeys } from './wrong-keys.js';

/** Credentials whose secret was compared. */
const MAX_VERIFIED = 10_000;

interface VerifiedCredential {
  readonly selector: string;
  readonly known: KnownKey;
}

/** Verifies API keys against the keys that are stored, and remembers the verified ones. */
export class DatabaseAuthenticator implements Authenticator {
  private readonly verified = new LRUCache<string, VerifiedCredential>({ max: MAX_VERIFIED });

  /** @param clock for expiries. */
  constructor(
    private readonly keys: KnownKeys,
    private readonly wrongKeys: WrongKeys,
    private readonly clock: Clock,
  ) {}

  authorizeCached(credential: string | undefined, permission: Permission): Principal | undefined {
    const verified = credential === undefined ? undefined : this.verified.get(credential);
    const key = verified && this.keys.fresh(verified.selector, verified.known);
    return key && permittedPrincipal(key, permission, this.clock);
  }

  async authorize(credential: string | undefined, permission: Permission, address?: string): Promise<Principal> {
    if (credential === undefined || credential === '') {
      throw new DomainError(
        'unauthenticated',
        'MISSING_CREDENTIAL',
        'The call carries no API key. Send it as "authorization: Bearer sor_…".',
        { violations: [{ field: 'authorization', description: 'is missing' }] },
      );
    }
    const cached = this.authorizeCached(credential, permission);
    if (cached) return cached;
    const known = await this.verify(credential, address);
    // Between the look-up and here nothing can have revoked it.
    if (!known.key) throw unknownKey(parseApiKey(credential).selector);
    return permittedPrincipal(known.key, permission, this.clock);
  }

  private async verify(credential: string, address: string | undefined): Promise<KnownKey> {
    const { selector, secret, kind } = parseApiKey(credential);
    try {
      const known = await this.keys.find(selector, () => {
        this.wrongKeys.requireFew(address);
      });
      const { key } = known;
      if (key?.principal.kind !== kind || !secretMatches(secret, key.secretHash)) throw unknownKey(selector);
      this.verified.set(credential, { selector, known });
      return known;
    } catch (error) {
      this.wrongKeys.count(error, address);
      throw error;
    }
  }
}
