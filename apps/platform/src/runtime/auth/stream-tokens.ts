import type { Permission } from './permissions.js';
import type { Principal } from './principal.js';

/**
 * Short-lived credentials for event streams. A browser's EventSource can send no headers, so its credential stands in
 * the URL, where an API key must never be: a token opens event streams and nothing else, until it expires.
 */
export interface StreamTokens {
  /**
   * A token that stands for an API key which was verified just now. The same key and time give the same token.
   *
   * @param apiKey the whole credential.
   * @param expiresAtSeconds Unix time.
   */
  issue(apiKey: string, expiresAtSeconds: number): string;
  /**
   * Whom a token's key speaks for.
   *
   * @param address whom wrong tokens are counted against; undefined: nobody.
   * @throws DomainError MALFORMED_API_KEY, EXPIRED_API_KEY; what verifying the key itself throws: UNKNOWN_API_KEY also
   *   when it was revoked since, PERMISSION_DENIED, DATABASE_UNAVAILABLE, QUOTA_EXCEEDED.
   */
  authorize(token: string, permission: Permission, address?: string): Promise<Principal>;
  /**
   * Whether the key of a principal is still good, for streams that stay open.
   *
   * @throws DomainError UNKNOWN_API_KEY, EXPIRED_API_KEY, PERMISSION_DENIED, DATABASE_UNAVAILABLE.
   */
  confirm(principal: Principal, permission: Permission): Promise<void>;
}

export const STREAM_TOKENS = Symbol('StreamTokens');
