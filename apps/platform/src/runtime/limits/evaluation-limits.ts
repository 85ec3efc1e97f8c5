import { DomainError, type MonotonicClock } from '@sortition/kernel';

import type { Principal } from '../auth/principal.js';
import type { Limits } from './limits.js';
import { RateLimit } from './rate-limit.js';

/** What may be used at once after a pause: as much as in this time. */
const BURST_SECONDS = 1;

/**
 * Counts evaluations that are asked for over gRPC, OFREP and flagd's protocols together: of each key, and of each
 * address from which client keys are used, as these are public.
 */
export class EvaluationLimits {
  private readonly ofKey: RateLimit | undefined;
  private readonly ofAddress: RateLimit | undefined;

  constructor(limits: Pick<Limits, 'evaluationsPerSecond' | 'clientEvaluationsPerSecond'>, clock: MonotonicClock) {
    const limitOf = (perSecond: number | undefined): RateLimit | undefined =>
      perSecond === undefined ? undefined : new RateLimit({ perSecond, burstSeconds: BURST_SECONDS }, clock);
    this.ofKey = limitOf(limits.evaluationsPerSecond);
    this.ofAddress = limitOf(limits.clientEvaluationsPerSecond);
  }

  /**
   * Counts evaluations; one of all flags counts as one.
   *
   * @param addressOf the caller's address; undefined: it has none.
   * @throws DomainError QUOTA_EXCEEDED that says when to go on.
   */
  take({ keySelector, kind }: Principal, addressOf: () => string | undefined, amount = 1): void {
    if (kind === 'client' && this.ofAddress) {
      const address = addressOf();
      const retryAfterMs = address === undefined ? 0 : this.ofAddress.take(address, amount);
      if (retryAfterMs > 0) throw exceeded(`The address ${JSON.stringify(address)}`, this.ofAddress, retryAfterMs);
    }
    const retryAfterMs = this.ofKey?.take(keySelector, amount) ?? 0;
    if (this.ofKey && retryAfterMs > 0) throw exceeded(`The API key "${keySelector}"`, this.ofKey, retryAfterMs);
  }
}

function exceeded(holder: string, { rate }: RateLimit, retryAfterMs: number): DomainError {
  return new DomainError(
    'exhausted',
    'QUOTA_EXCEEDED',
    `${holder} may ask for ${String(rate.perSecond)} evaluations per second; try again later.`,
    { retryAfterMs },
  );
}
