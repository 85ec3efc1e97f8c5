import { DomainError } from '@sortition/kernel';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/**
 * Counts what each API key uses in every second. Held in memory: with several processes each one grants the limit.
 */
export class KeyRateLimit {
  private readonly limiter: RateLimiterMemory;

  /**
   * @param what names what is counted, in the plural, for example `evaluations`.
   * @param perSecond what a key may use in a second; at least 1.
   */
  constructor(
    private readonly what: string,
    private readonly perSecond: number,
  ) {
    this.limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
  }

  /**
   * Counts `amount` for a key.
   *
   * @param keySelector public part of the key.
   * @throws DomainError QUOTA_EXCEEDED that says when the key may go on.
   */
  async take(keySelector: string, amount = 1): Promise<void> {
    try {
      await this.limiter.consume(keySelector, amount);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const { what, perSecond } = this;
      throw new DomainError(
        'exhausted',
        'QUOTA_EXCEEDED',
        `The API key "${keySelector}" may use ${String(perSecond)} ${what} per second; try again later.`,
        { retryAfterMs: error.msBeforeNext },
      );
    }
  }
}
