import type { Clock, MonotonicClock } from '@sortition/kernel';

/** Time since the process started. */
export const monotonicClock: MonotonicClock = { now: () => performance.now() };

/**
 * The machine's own time for whatever expires: a step back makes nothing good again that has expired, since as much
 * time has passed as the process has run.
 */
export const expiryClock: Clock = { now: () => Math.max(Date.now(), performance.timeOrigin + performance.now()) };
