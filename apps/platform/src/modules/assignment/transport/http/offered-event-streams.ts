import type { Clock } from '@sortition/kernel';
import { LRUCache } from 'lru-cache';

import type { StreamTokens } from '../../../../runtime/auth/stream-tokens.js';

export const EVENT_STREAM_PATH = '/ofrep/v1/event-stream';

/** An entry of `eventStreams` in a bulk evaluation. */
export interface OfferedEventStream {
  readonly type: 'sse';
  readonly endpoint: {
    /** Relative to the origin that served the evaluation. Holds a credential: not to be logged. */
    readonly requestUri: string;
  };
  /** A page that is hidden for this long may close the stream, in seconds. */
  readonly inactivityDelaySec: number;
}

const INACTIVITY_DELAY_SECONDS = 120;
/** A token is good for one to two periods. */
const PERIOD_SECONDS = 60 * 60;

/** API keys whose offer is remembered. */
const MAX_KEYS = 1_000;

interface Offered {
  readonly period: number;
  readonly streams: readonly OfferedEventStream[];
}

/** An address is good for no longer than this after the evaluation that offered it. */
export const LONGEST_TOKEN_MS = 2 * PERIOD_SECONDS * 1_000;

/**
 * Where to hear of changes, for whoever evaluated with an API key. The same for a whole period, so that clients keep
 * their connection and their entity tag.
 */
export class OfferedEventStreams {
  /** Of each API key, those of the newest period. */
  private readonly offered = new LRUCache<string, Offered>({ max: MAX_KEYS });

  constructor(
    private readonly tokens: StreamTokens,
    private readonly clock: Clock,
  ) {}

  /** @param apiKey the credential of the evaluation, verified. */
  for(apiKey: string): readonly OfferedEventStream[] {
    const period = Math.floor(this.clock.now() / 1_000 / PERIOD_SECONDS);
    const known = this.offered.get(apiKey);
    if (known?.period === period) return known.streams;
    const streams = this.offer(apiKey, period);
    this.offered.set(apiKey, { period, streams });
    return streams;
  }

  private offer(apiKey: string, period: number): readonly OfferedEventStream[] {
    const token = this.tokens.issue(apiKey, (period + 2) * PERIOD_SECONDS);
    const requestUri = `${EVENT_STREAM_PATH}?token=${encodeURIComponent(token)}`;
    return [{ type: 'sse', endpoint: { requestUri }, inactivityDelaySec: INACTIVITY_DELAY_SECONDS }];
  }
}
