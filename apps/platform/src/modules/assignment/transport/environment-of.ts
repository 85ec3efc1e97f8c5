import { DomainError } from '@sortition/kernel';

import type { Principal } from '../../../runtime/auth/principal.js';
import type { ExplainFlagInput } from '../application/explain-flag.js';

const ENVIRONMENT_NAME = /^projects\/([^/]+)\/environments\/([^/]+)$/;

/** The environment that a request is about: the key's own, or the one that an admin key names. */
export function environmentOf(
  { environment }: { readonly environment: string },
  principal: Principal,
): ExplainFlagInput['environment'] {
  const own = principal.environment;
  if (own && environment === '') return own;
  const [, project, key] = ENVIRONMENT_NAME.exec(environment) ?? [];
  if (project === undefined || key === undefined) {
    throw new DomainError(
      'invalid',
      'INVALID_ARGUMENT',
      `environment ${JSON.stringify(environment)} is not a name like "projects/shop/environments/production".`,
      { violations: [{ field: 'environment', description: `${JSON.stringify(environment)} names no environment` }] },
    );
  }
  if (!own) return { project, environment: key };
  if (own.project === project && own.environment === key) return own;
  throw new DomainError('forbidden', 'PERMISSION_DENIED', `The API key is not for the environment "${environment}".`, {
    violations: [{ field: 'environment', description: `"${environment}" is not the key's own` }],
  });
}
