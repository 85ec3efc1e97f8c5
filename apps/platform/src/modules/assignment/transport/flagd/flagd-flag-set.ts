import { DomainError } from '@sortition/kernel';

import type { EnvironmentState } from '../../domain/environment-state.js';
import { type FlagdCall, flagSetOfCall } from './flagd-credential.js';

/**
 * @throws DomainError INVALID_ARGUMENT when the selector asks for another flag set than the credential's. What it holds is
 *   not repeated: it may be an API key that was mistyped, and clients log messages.
 */
export function requireFlagSet(call: FlagdCall, { flagSetId }: EnvironmentState): void {
  const asked = flagSetOfCall(call);
  if (asked === undefined || asked === flagSetId) return;
  throw new DomainError(
    'invalid',
    'INVALID_ARGUMENT',
    `The selector is neither an API key nor the key's own flag set "${flagSetId}".`,
    { violations: [{ field: 'selector', description: 'it names no flag set of the key' }] },
  );
}
