import { DomainError, type MonotonicClock } from '@sortition/kernel';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';

import { type StoredKey, unknownKey } from './stored-keys.js';

/** Keys that are remembered, and as many selectors that belong to no key. */
const MAX_KEYS = 10_000;
/** A key in use is read again when it is this old, while its callers go on with what is remembered. */
const REFRESH_MS = 5_000;
/** How long a revocation may take to be noticed, and how long a selector that was not found is not looked up again. */
export const KEY_TTL_MS = 10_000;
/** With the database away, keys that were read before stay good for this long (static stability). */
const GRACE_MS = 24 * 60 * 60 * 1_000;
/** Shortest time between two attempts to read a key aside. */
const RETRY_MS = 1_000;
/** Look-ups of keys that were found before. They wait for one another, and never for those of others. */
const KNOWN_AT_A_TIME = 4;
/** Look-ups of keys that nobody may have made, so many that most of the pool stays free. */
const UNKNOWN_AT_A_TIME = 2;
const MAX_UNKNOWN_WAITING = 200;
const BUSY_RETRY_MS = 1_000;

/** A key that was read; it is replaced in place, so whoever holds it sees what was read last. */
export interface KnownKey {
  /** Undefined: it is good no more. */
  key: StoredKey | undefined;
  readAtMs: number;
  retryAtMs: number;
  /** The database did not answer when the key was to be read again. */
  isDatabaseAway: boolean;
}

/**
 * The API keys that this process has read, and the selectors that it has not found. Keys in use are read again aside
 * from the calls that use them, and apart from keys that are not known: wrong keys, however many, delay no good one.
 */
export class KnownKeys {
  private readonly known = new LRUCache<string, KnownKey>({ max: MAX_KEYS });
  /** When selectors of no key were looked up. */
  private readonly missing = new LRUCache<string, number>({ max: MAX_KEYS });
  private readonly underWay = new Map<string, Promise<KnownKey>>();
  private readonly knownLane = pLimit(KNOWN_AT_A_TIME);
  private readonly unknownLane = pLimit(UNKNOWN_AT_A_TIME);

  /** @param read what is stored of a selector; throws UNKNOWN_API_KEY, DATABASE_UNAVAILABLE. */
  constructor(
    private readonly read: (selector: string) => Promise<StoredKey>,
    private readonly clock: MonotonicClock,
  ) {}

  /** The key when what is remembered may be used; one that ages is read again aside. */
  fresh(selector: string, known: KnownKey): StoredKey | undefined {
    const { key, readAtMs, isDatabaseAway } = known;
    const nowMs = this.clock.now();
    const ageMs = nowMs - readAtMs;
    if (key === undefined || ageMs > (isDatabaseAway ? GRACE_MS : KEY_TTL_MS)) return undefined;
    if (ageMs > REFRESH_MS && nowMs >= known.retryAtMs && !this.underWay.has(selector)) this.refresh(selector, known);
    return key;
  }

  /**
   * A key as it is stored, at most {@link KEY_TTL_MS} old.
   *
   * @param admit throws when a key that is not known may not be looked up.
   * @throws DomainError UNKNOWN_API_KEY, DATABASE_UNAVAILABLE, QUOTA_EXCEEDED when too many that are not known are
   *   being looked up; what `admit` throws.
   */
  async find(selector: string, admit?: () => void): Promise<KnownKey> {
    const known = this.known.get(selector);
    if (known && this.fresh(selector, known)) return known;
    const shared = this.underWay.get(selector);
    if (known) return this.again(selector, known, shared);
    const missingAtMs = this.missing.get(selector);
    if (missingAtMs !== undefined && this.clock.now() - missingAtMs <= KEY_TTL_MS) throw unknownKey(selector);
    if (shared) return shared;
    admit?.();
    if (this.unknownLane.pendingCount >= MAX_UNKNOWN_WAITING) throw busy();
    return this.lookUp(selector, this.unknownLane);
  }

  private refresh(selector: string, known: KnownKey): void {
    known.retryAtMs = this.clock.now() + RETRY_MS;
    // What fails is met again by whoever needs the key when it is too old.
    this.lookUp(selector, this.knownLane).catch(() => undefined);
  }

  private async again(selector: string, known: KnownKey, shared: Promise<KnownKey> | undefined): Promise<KnownKey> {
    try {
      return await (shared ?? this.lookUp(selector, this.knownLane));
    } catch (error) {
      // The attempt has found the database away.
      if (this.fresh(selector, known)) return known;
      throw error;
    }
  }

  private lookUp(selector: string, lane: ReturnType<typeof pLimit>): Promise<KnownKey> {
    const lookUp = lane(() => this.readNow(selector)).finally(() => this.underWay.delete(selector));
    this.underWay.set(selector, lookUp);
    return lookUp;
  }

  private async readNow(selector: string): Promise<KnownKey> {
    const readAtMs = this.clock.now();
    try {
      return this.remember(selector, await this.read(selector), readAtMs);
    } catch (error) {
      const code = error instanceof DomainError ? error.code : undefined;
      if (code === 'UNKNOWN_API_KEY') this.forget(selector, readAtMs);
      if (code === 'DATABASE_UNAVAILABLE') this.markAway(selector);
      throw error;
    }
  }

  private remember(selector: string, key: StoredKey, readAtMs: number): KnownKey {
    const known = this.known.get(selector);
    if (known?.key?.secretHash.equals(key.secretHash))
      return Object.assign(known, { key, readAtMs, isDatabaseAway: false });
    if (known) known.key = undefined;
    const fresh: KnownKey = { key, readAtMs, retryAtMs: 0, isDatabaseAway: false };
    this.known.set(selector, fresh);
    return fresh;
  }

  private markAway(selector: string): void {
    const known = this.known.get(selector);
    if (known) Object.assign(known, { isDatabaseAway: true, retryAtMs: this.clock.now() + RETRY_MS });
  }

  private forget(selector: string, readAtMs: number): void {
    const known = this.known.get(selector);
    if (known) known.key = undefined;
    this.known.delete(selector);
    this.missing.set(selector, readAtMs);
  }
}

function busy(): DomainError {
  return new DomainError(
    'exhausted',
    'QUOTA_EXCEEDED',
    'Too many API keys that this process has not seen before are being looked up; try again.',
    { retryAfterMs: BUSY_RETRY_MS },
  );
}
