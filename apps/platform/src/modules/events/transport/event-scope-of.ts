import { DomainError } from '@sortition/kernel';

import type { Principal } from '../../../runtime/auth/principal.js';
import type { EventScope } from '../application/publish-events.js';

/** The environment that the credential is bound to. */
export function eventScopeOf({ organizationId, environment, kind, eventsPerSecond }: Principal): EventScope {
  if (!environment) {
    throw new DomainError(
      'forbidden',
      'PERMISSION_DENIED',
      `A key of kind "${kind}" names no environment; events need a client or server key.`,
    );
  }
  return { organizationId, environmentId: environment.id, eventsPerSecond };
}
