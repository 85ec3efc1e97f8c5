import type { MonotonicClock } from '@sortition/kernel';
import { LRUCache } from 'lru-cache';

/** Holders whose use is remembered; one that falls out owes nothing any more. */
const MAX_HOLDERS = 100_000;

export interface Rate {
  /** What a holder may use in a second; above 0. */
  readonly perSecond: number;
  /** What may be used at once after a pause: as much as in this time, in seconds. */
  readonly burstSeconds: number;
}

/**
 * Counts what each holder uses, as one number: the time at which all of it is paid for (the generic cell rate algorithm,
 * ITU-T I.371). Held in memory: with several processes each one grants the rate.
 */
export class RateLimit {
  private readonly paidAtMs = new LRUCache<string, number>({ max: MAX_HOLDERS });

  constructor(
    readonly rate: Rate,
    private readonly clock: MonotonicClock,
  ) {}

  /**
   * Uses so much. More than a burst is paid for like a burst.
   *
   * @returns 0, or how long to wait before as much may be used, in milliseconds; then nothing was used.
   */
  take(holder: string, amount = 1): number {
    const { perSecond, burstSeconds } = this.rate;
    const nowMs = this.clock.now();
    const costMs = Math.min((amount * 1_000) / perSecond, burstSeconds * 1_000);
    const paidAtMs = Math.max(this.paidAtMs.get(holder) ?? nowMs, nowMs) + costMs;
    const waitMs = paidAtMs - nowMs - burstSeconds * 1_000;
    // Fractions add up to a little more than what they should.
    if (waitMs > 1e-6) return Math.ceil(waitMs);
    this.paidAtMs.set(holder, paidAtMs);
    return 0;
  }

  /** How long the holder must wait before it may use one, in milliseconds; 0: it may now. Uses nothing. */
  waitMs(holder: string): number {
    const paidAtMs = this.paidAtMs.get(holder);
    if (paidAtMs === undefined) return 0;
    const { perSecond, burstSeconds } = this.rate;
    const waitMs = paidAtMs + 1_000 / perSecond - this.clock.now() - burstSeconds * 1_000;
    return waitMs > 1e-6 ? Math.ceil(waitMs) : 0;
  }
}
