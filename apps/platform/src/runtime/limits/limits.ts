import type { StreamBounds } from './held-streams.js';

/** What a process grants to each API key; undefined: as much as it wants. */
export interface Limits {
  /** Requests for evaluations over OFREP; one for all flags counts as one. */
  readonly evaluationsPerSecond: number | undefined;
  /** Events of an organization that has no quota of its own. */
  readonly eventsPerSecond?: number | undefined;
  /** Streams of gRPC, and as many event streams beside them. Undefined: the default. */
  readonly streams?: StreamBounds | undefined;
}

export const LIMITS = Symbol('Limits');
