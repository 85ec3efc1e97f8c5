import { backoffMs } from '@sortition/openfeature-core';

const BACKOFF = { initialMs: 1_000, maxMs: 60_000 };

/** How long a page waits after so many failures in a row (from 1), in milliseconds. */
export function retryDelayMs(failures: number): number {
  return backoffMs(failures, BACKOFF, Math.random());
}
