import type { PlatformOptions } from '../config/platform-options.js';
import { DEFAULT_STREAM_BOUNDS, type StreamBounds } from './held-streams.js';

/** What a process grants to its callers; undefined: as much as they want. */
export interface Limits {
  /** Evaluations per second of each API key, over gRPC, OFREP and flagd together; one of all flags counts as one. */
  readonly evaluationsPerSecond: number | undefined;
  /** Evaluations per second with client keys from each address. */
  readonly clientEvaluationsPerSecond: number | undefined;
  /** API keys that are not known, per second from each address. */
  readonly wrongKeysPerSecond: number | undefined;
  /** Events of an organization that has no quota of its own. */
  readonly eventsPerSecond?: number | undefined;
  /** Streams of gRPC, and as many event streams beside them. Undefined: the default. */
  readonly streams?: StreamBounds | undefined;
}

export const LIMITS = Symbol('Limits');

/** Far above what an application needs, and below what one caller needs to keep a process from all others. */
export const DEFAULT_LIMITS = {
  evaluationsPerSecond: 20_000,
  clientEvaluationsPerSecond: 1_000,
  wrongKeysPerSecond: 20,
} as const;

/** What a process grants when it is told nothing else. */
export function limitsOf(options: PlatformOptions): Limits {
  const limitOf = (name: keyof typeof DEFAULT_LIMITS): number | undefined => {
    const limit = options[name] ?? DEFAULT_LIMITS[name];
    return limit === 0 ? undefined : limit;
  };
  return {
    evaluationsPerSecond: limitOf('evaluationsPerSecond'),
    clientEvaluationsPerSecond: limitOf('clientEvaluationsPerSecond'),
    wrongKeysPerSecond: limitOf('wrongKeysPerSecond'),
    eventsPerSecond: options.eventsPerSecond,
    streams: { ...DEFAULT_STREAM_BOUNDS, ...options.streamBounds },
  };
}

/** What may be sent at once after a pause: as many wrong keys as in this time. */
export const WRONG_KEYS_BURST_SECONDS = 10;
