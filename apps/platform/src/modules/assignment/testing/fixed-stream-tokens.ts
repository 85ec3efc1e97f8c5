import { DomainError } from '@sortition/kernel';

import type { Authenticator } from '../../../runtime/auth/authenticator.js';
import type { Permission } from '../../../runtime/auth/permissions.js';
import type { Principal } from '../../../runtime/auth/principal.js';
import type { StreamTokens } from '../../../runtime/auth/stream-tokens.js';

/** Tokens that name the credential they stand for. */
export class FixedStreamTokens implements StreamTokens {
  /** Selectors of keys that are no good any more. */
  readonly revoked = new Set<string>();

  constructor(
    private readonly keys: Authenticator,
    private readonly now: () => number,
  ) {}

  issue(apiKey: string, expiresAtSeconds: number): string {
    return `${apiKey}~${String(expiresAtSeconds)}`;
  }

  async authorize(token: string, permission: Permission): Promise<Principal> {
    const [apiKey, expiry] = token.split('~');
    if (Number(expiry) * 1_000 <= this.now()) throw new DomainError('unauthenticated', 'EXPIRED_API_KEY', 'Expired.');
    const principal = await this.keys.authorize(apiKey, permission);
    await this.confirm(principal);
    return principal;
  }

  async confirm({ keySelector }: Principal): Promise<void> {
    if (this.revoked.has(keySelector)) throw new DomainError('unauthenticated', 'UNKNOWN_API_KEY', 'Revoked.');
  }
}
