import { DomainError } from '@sortition/kernel';

import type { RateLimit } from '../limits/rate-limit.js';

/**
 * Counts the wrong keys that each address sends. An address that has sent too many is refused whatever key this process
 * does not know; keys that it knows are good from everywhere.
 */
export class WrongKeys {
  /** @param limit undefined: as many as an address wants. */
  constructor(private readonly limit: RateLimit | undefined) {}

  /**
   * @param address undefined: of nobody, who may send as many as it wants.
   * @throws DomainError QUOTA_EXCEEDED.
   */
  requireFew(address: string | undefined): void {
    const retryAfterMs = address === undefined ? 0 : (this.limit?.waitMs(address) ?? 0);
    if (retryAfterMs === 0) return;
    throw new DomainError(
      'exhausted',
      'QUOTA_EXCEEDED',
      `The address ${JSON.stringify(address)} sends too many API keys that are not known; try again later.`,
      { retryAfterMs },
    );
  }

  /** Counts a failure when it is one of a key that is not known. @throws DomainError QUOTA_EXCEEDED instead of it. */
  count(error: unknown, address: string | undefined): void {
    if (address === undefined || !(error instanceof DomainError) || error.code !== 'UNKNOWN_API_KEY') return;
    this.requireFew(address);
    this.limit?.take(address);
  }
}
