import type { Decision } from '@sortition/evaluation';

/**
 * The reason as protocols with clients of others carry it. `DISABLED` says there that no value is served: some clients
 * take the application's default for it whatever the answer holds. An off variant that is served, because the flag is
 * disabled or a prerequisite is not met, is a default of the configuration.
 */
export function servedReason({ reason, value }: Decision): string {
  return reason === 'DISABLED' && value !== undefined ? 'DEFAULT' : reason;
}
