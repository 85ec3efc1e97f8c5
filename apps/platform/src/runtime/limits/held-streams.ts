import { DomainError } from '@sortition/kernel';

import type { Permission } from '../auth/permissions.js';
import type { Principal } from '../auth/principal.js';
import type { StreamTokens } from '../auth/stream-tokens.js';

export interface StreamBounds {
  /** Streams of a process at most; one organization may hold half of them. */
  readonly maxStreams: number;
  /** Streams of one API key at most. Undefined: the default. */
  readonly maxPerKey?: number | undefined;
  /** Streams that client keys, which are public, hold from one address at most. Undefined: the default. */
  readonly maxClientStreamsPerAddress?: number | undefined;
  /** Time between two looks whether the keys of the open streams are still good, in milliseconds, give or take a quarter. */
  readonly keyCheckMs: number;
}

export const DEFAULT_STREAM_BOUNDS = {
  maxStreams: 50_000,
  maxPerKey: 20_000,
  maxClientStreamsPerAddress: 1_000,
  keyCheckMs: 60_000,
} as const satisfies StreamBounds;

/** Share of a process's streams that one organization may hold. */
const ORGANIZATION_SHARE = 0.5;
const RETRY_MS = 5_000;

/** Whom a stream counts against. */
interface Holder {
  readonly holder: string;
  readonly name: string;
  readonly max: number;
}

/** A stream that stays open, and whose it is. */
export interface HeldStream {
  readonly principal: Principal;
  readonly permission: Permission;
  /** Where it is held from; undefined: nobody knows. */
  readonly address: string | undefined;
  /** Ends it, since its key was revoked or has expired. */
  refuse(reason: DomainError): void;
}

/**
 * The streams that callers hold open: so many that no organization takes all of a process, and each only as long as its
 * key is good. A key that cannot be looked up stays good, so that streams outlive the database.
 */
export class HeldStreams {
  private readonly streams = new Set<HeldStream>();
  /** Of each organization, key and address. */
  private readonly countOf = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private isChecking = false;

  /** @param random in [0, 1); spreads the looks of processes that started together. */
  constructor(
    private readonly keys: Pick<StreamTokens, 'confirm'>,
    private readonly random: () => number,
    private readonly bounds: StreamBounds = DEFAULT_STREAM_BOUNDS,
  ) {}

  /** Streams that are open. */
  get size(): number {
    return this.streams.size;
  }

  /** Starts to look at the keys. */
  start(): void {
    const everyMs = this.bounds.keyCheckMs * (0.75 + this.random() / 2);
    this.timer = setInterval(() => void this.checkKeys(), everyMs).unref();
  }

  /** Looks at no key any more; the streams are left to whoever serves them. */
  stop(): void {
    clearInterval(this.timer);
  }

  /** @throws DomainError QUOTA_EXCEEDED when the caller may open no further stream now. */
  requireRoom(principal: Principal, address: string | undefined): void {
    const { maxStreams } = this.bounds;
    if (this.streams.size >= maxStreams) throw exhausted(`The process serves ${maxStreams} streams already.`);
    for (const { holder, name, max } of this.holdersOf(principal, address)) {
      const held = this.countOf.get(holder) ?? 0;
      if (held >= max) throw exhausted(`${name} holds ${held} streams of this process already.`);
    }
  }

  /**
   * Holds a stream until the returned function is called.
   *
   * @throws DomainError QUOTA_EXCEEDED.
   */
  add(stream: HeldStream): () => void {
    const { principal, address } = stream;
    this.requireRoom(principal, address);
    this.streams.add(stream);
    const holders = this.holdersOf(principal, address).map(({ holder }) => holder);
    for (const holder of holders) this.countOf.set(holder, (this.countOf.get(holder) ?? 0) + 1);
    return () => {
      if (!this.streams.delete(stream)) return;
      for (const holder of holders) {
        const left = (this.countOf.get(holder) ?? 1) - 1;
        if (left > 0) this.countOf.set(holder, left);
        else this.countOf.delete(holder);
      }
    };
  }

  private holdersOf({ organizationId, keySelector, kind }: Principal, address: string | undefined): readonly Holder[] {
    const { maxStreams, maxPerKey, maxClientStreamsPerAddress } = this.bounds;
    const { maxPerKey: ofKey, maxClientStreamsPerAddress: ofAddress } = DEFAULT_STREAM_BOUNDS;
    const holders: Holder[] = [
      {
        holder: `organization ${organizationId}`,
        name: 'The organization',
        max: maxStreams * ORGANIZATION_SHARE,
      },
      { holder: `key ${keySelector}`, name: `The API key "${keySelector}"`, max: maxPerKey ?? ofKey },
    ];
    if (kind === 'client' && address !== undefined) {
      const max = maxClientStreamsPerAddress ?? ofAddress;
      holders.push({ holder: `address ${address}`, name: `The address "${address}"`, max });
    }
    return holders;
  }

  /** Ends the streams whose key is good no more. The keys are looked at one after the other, each once. */
  private async checkKeys(): Promise<void> {
    if (this.isChecking) return;
    this.isChecking = true;
    const oneOfKey = new Map(Array.from(this.streams, (stream) => [keyOf(stream), stream]));
    for (const [key, { principal, permission }] of oneOfKey) {
      const reason = await this.lossOf(principal, permission);
      if (reason) for (const stream of this.streams) if (keyOf(stream) === key) stream.refuse(reason);
    }
    this.isChecking = false;
  }

  private async lossOf(principal: Principal, permission: Permission): Promise<DomainError | undefined> {
    try {
      await this.keys.confirm(principal, permission);
      return undefined;
    } catch (error) {
      const isLost = error instanceof DomainError && (error.kind === 'unauthenticated' || error.kind === 'forbidden');
      return isLost ? error : undefined;
    }
  }
}

function keyOf({ principal, permission }: HeldStream): string {
  return `${principal.keySelector} ${permission}`;
}

function exhausted(message: string): DomainError {
  return new DomainError('exhausted', 'QUOTA_EXCEEDED', message, { retryAfterMs: RETRY_MS });
}
