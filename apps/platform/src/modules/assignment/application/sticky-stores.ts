import type { StickyStore } from '@sortition/evaluation';

import type { EnvironmentId } from './loaded-environment.js';

/** Keeps the variants of units in sticky experiments; each environment's apart. */
export interface StickyStores {
  of(environment: EnvironmentId): StickyStore;
}

/** How long an assignment is kept after it was last asked for, in milliseconds; counted anew at most once a day. */
export const STICKY_TTL_MS = 90 * 24 * 60 * 60 * 1_000;
