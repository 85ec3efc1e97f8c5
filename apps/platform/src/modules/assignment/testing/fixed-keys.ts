import { DomainError } from '@sortition/kernel';

import type { Authenticator } from '../../../runtime/auth/authenticator.js';
import { PERMISSIONS_OF_KIND, type Permission } from '../../../runtime/auth/permissions.js';
import type { Principal } from '../../../runtime/auth/principal.js';

/** Knows the given credentials and no others. */
export class FixedKeys implements Authenticator {
  constructor(private readonly principals: Readonly<Record<string, Principal>>) {}

  authorizeCached(credential: string | undefined, permission: Permission): Principal | undefined {
    const principal = this.principals[credential ?? ''];
    if (!principal) return undefined;
    if (PERMISSIONS_OF_KIND[principal.kind].has(permission)) return principal;
    throw new DomainError('forbidden', 'PERMISSION_DENIED', `A key of kind "${principal.kind}" lacks "${permission}".`);
  }

  async authorize(credential: string | undefined, permission: Permission): Promise<Principal> {
    const principal = this.authorizeCached(credential, permission);
    if (principal) return principal;
    throw new DomainError('unauthenticated', 'UNKNOWN_API_KEY', 'The API key is not known.');
  }
}
