import type { Permission } from './permissions.js';
import type { Principal } from './principal.js';

/** Verifies credentials. Implementations cache verified keys within a bound in size and time. */
export interface Authenticator {
  /**
   * Returns who the credential speaks for.
   *
   * @param credential what the caller sent after `Bearer `, or undefined when it sent nothing.
   * @param address whom wrong keys are counted against; undefined: nobody.
   * @throws DomainError MISSING_CREDENTIAL, MALFORMED_API_KEY, UNKNOWN_API_KEY, EXPIRED_API_KEY,
   *   PERMISSION_DENIED when the key's kind lacks the permission, DATABASE_UNAVAILABLE, QUOTA_EXCEEDED for a key that
   *   is not known when the address has sent too many wrong ones or too many are being looked up.
   */
  authorize(credential: string | undefined, permission: Permission, address?: string): Promise<Principal>;
  /** The same for a key that is cached; undefined when it is not. The hot path's way around a promise. */
  authorizeCached(credential: string | undefined, permission: Permission): Principal | undefined;
}

export const AUTHENTICATOR = Symbol('Authenticator');
