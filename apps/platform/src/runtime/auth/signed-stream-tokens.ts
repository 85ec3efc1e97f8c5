import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import { type Clock, DomainError } from '@sortition/kernel';

import { parseApiKey } from './api-key.js';
import type { KnownKeys } from './known-keys.js';
import type { Permission } from './permissions.js';
import type { Principal } from './principal.js';
import { permittedPrincipal, type StoredKey, unknownKey } from './stored-keys.js';
import type { StreamTokens } from './stream-tokens.js';
import type { WrongKeys } from './wrong-keys.js';

/** Sets these signatures apart from any other use of the key. */
const PURPOSE = 'sortition event stream';
const PATTERN = /^ses_([0-9a-f]{12})_([0-9a-z]{1,9})_([A-Za-z0-9_-]{43})$/;

/**
 * Tokens `ses_<selector>_<expiry>_<signature>`, signed with the stored hash of the API key's secret (HMAC-SHA-256). Any
 * process verifies what another has issued, without a secret of the platform's own, and a revoked key ends its tokens.
 */
export class SignedStreamTokens implements StreamTokens {
  /** @param clock for expiries. */
  constructor(
    private readonly keys: KnownKeys,
    private readonly wrongKeys: WrongKeys,
    private readonly clock: Clock,
  ) {}

  issue(apiKey: string, expiresAtSeconds: number): string {
    const { selector, secret } = parseApiKey(apiKey);
    const secretHash = createHash('sha256').update(secret).digest();
    const claims = `${selector}_${expiresAtSeconds.toString(36)}`;
    return `ses_${claims}_${signatureOf(claims, secretHash).toString('base64url')}`;
  }

  async authorize(token: string, permission: Permission, address?: string): Promise<Principal> {
    const [, selector, expiry, signature] = PATTERN.exec(token) ?? [];
    if (selector === undefined || expiry === undefined || signature === undefined) throw malformed();
    const key = await this.find(selector, address);
    const expected = signatureOf(`${selector}_${expiry}`, key.secretHash);
    if (!timingSafeEqual(Buffer.from(signature, 'base64url'), expected)) throw malformed();
    if (this.clock.now() >= Number.parseInt(expiry, 36) * 1_000) throw expired();
    return permittedPrincipal(key, permission, this.clock);
  }

  async confirm({ keySelector }: Principal, permission: Permission): Promise<void> {
    permittedPrincipal(await this.find(keySelector), permission, this.clock);
  }

  private async find(selector: string, address?: string): Promise<StoredKey> {
    try {
      const { key } = await this.keys.find(selector, () => {
        this.wrongKeys.requireFew(address);
      });
      if (!key) throw unknownKey(selector);
      return key;
    } catch (error) {
      this.wrongKeys.count(error, address);
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
