import { DomainError } from '@sortition/kernel';

import type { EnvironmentScope, Principal } from '../../../runtime/auth/principal.js';
import type { Evaluator } from '../application/evaluate-flags.js';

/**
 * The environment that a credential is bound to.
 *
 * @throws DomainError PERMISSION_DENIED for a credential of no environment.
 */
export function scopeOf({ environment, kind }: Principal): EnvironmentScope {
  if (environment) return environment;
  throw new DomainError('forbidden', 'PERMISSION_DENIED', `A key of kind "${kind}" is bound to no environment.`, {
    violations: [{ field: 'authorization', description: 'use a client or server key' }],
  });
}

/** Who evaluates with a credential. @throws DomainError PERMISSION_DENIED for a credential of no environment. */
export function evaluatorOf(principal: Principal): Evaluator {
  return {
    organizationId: principal.organizationId,
    environmentId: scopeOf(principal).id,
    audience: principal.kind === 'client' ? 'client' : 'server',
  };
}
