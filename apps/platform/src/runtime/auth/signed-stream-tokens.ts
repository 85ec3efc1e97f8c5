import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import { type Clock, DomainError } from '@sortition/kernel';
import { LRUCache } from 'lru-cache';

import type { TypeormTenantDatabase } from '../database/typeorm-tenant-database.js';
import { parseApiKey } from './api-key.js';
import type { Permission } from './permissions.js';
import type { Principal } from './principal.js';
import { permittedPrincipal, readStoredKey, type StoredKey } from './stored-keys.js';
import type { StreamTokens } from './stream-tokens.js';

const CACHE_SIZE = 10_000;
/** How long a revocation may take to be noticed. */
const CACHE_TTL_MS = 10_000;
/** With the database away, keys that were read before stay good for this long (static stability). */
const GRACE_MS = 24 * 60 * 60 * 1_000;
/** Sets these signatures apart from any other use of the key. */
const PURPOSE = 'sortition event stream';
const PATTERN = /^ses_([0-9a-f]{12})_([0-9a-z]{1,9})_([A-Za-z0-9_-]{43})$/;

interface RememberedKey {
  readonly key: StoredKey;
  readonly readAtMs: number;
}

/**
 * Tokens `ses_<selector>_<expiry>_<signature>`, signed with the stored hash of the API key's secret (HMAC-SHA-256). Any
 * process verifies what another has issued, without a secret of the platform's own, and a revoked key ends its tokens.
 */
export class SignedStreamTokens implements StreamTokens {
  private readonly remembered = new LRUCache<string, RememberedKey>({ max: CACHE_SIZE });

  constructor(
    private readonly database: TypeormTenantDatabase,
    private readonly clock: Clock,
  ) {}

  issue(apiKey: string, expiresAtSeconds: number): string {
    const { selector, secret } = parseApiKey(apiKey);
    const secretHash = createHash('sha256').update(secret).digest();
    const claims = `${selector}_${expiresAtSeconds.toString(36)}`;
    return `ses_${claims}_${signatureOf(claims, secretHash).toString('base64url')}`;
  }

  async authorize(token: string, permission: Permission): Promise<Principal> {
    const [, selector, expiry, signature] = PATTERN.exec(token) ?? [];
    if (selector === undefined || expiry === undefined || signature === undefined) throw malformed();
    const key = await this.find(selector);
    const expected = signatureOf(`${selector}_${expiry}`, key.secretHash);
    if (!timingSafeEqual(Buffer.from(signature, 'base64url'), expected)) throw malformed();
    if (this.clock.now() >= Number.parseInt(expiry, 36) * 1_000) throw expired();
    return permittedPrincipal(key, permission, this.clock.now());
  }

  async confirm({ keySelector }: Principal, permission: Permission): Promise<void> {
    permittedPrincipal(await this.find(keySelector), permission, this.clock.now());
  }

  private async find(selector: string): Promise<StoredKey> {
    const held = this.remembered.get(selector);
    if (held && this.clock.now() - held.readAtMs <= CACHE_TTL_MS) return held.key;
    try {
      const key = await readStoredKey(this.database, selector);
      this.remembered.set(selector, { key, readAtMs: this.clock.now() });
      return key;
    } catch (error) {
      const isAway = error instanceof DomainError && error.code === 'DATABASE_UNAVAILABLE';
      if (isAway && held && this.clock.now() - held.readAtMs <= GRACE_MS) return held.key;
      if (!isAway) this.remembered.delete(selector);
      throw error;
    }
  }
}

function signatureOf(claims: string, secretHash: Buffer): Buffer {
  return createHmac('sha256', secretHash).update(`${PURPOSE}\n${claims}`).digest();
}

function malformed(): DomainError {
  return new DomainError('unauthenticated', 'MALFORMED_API_KEY', 'The token of the event stream is not valid.', {
    violations: [{ field: 'token', description: 'is not a token of a bulk evaluation' }],
  });
}

function expired(): DomainError {
  return new DomainError(
    'unauthenticated',
    'EXPIRED_API_KEY',
    'The token of the event stream has expired. Evaluate all flags again to get a new one.',
    { violations: [{ field: 'token', description: 'has expired' }] },
  );
}
