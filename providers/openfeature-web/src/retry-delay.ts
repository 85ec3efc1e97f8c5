import { backoffMs } from '@sortition/openfeature-core';

/** How long a page waits after so many failures in a row (from 1), in milliseconds. */
export function retryDelayMs(failures: number, initialMs = 1_000, maxMs = 60_000): number {
  return backoffMs(failures, { initialMs, maxMs }, Math.random());
}
