import type { Clock } from '@sortition/kernel';

import type { EventLog } from './event-log.js';
import { loaderTelemetry, observeTogether } from './events-telemetry.js';

/**
 * Reports how far the warehouse lies behind the log, in offsets and in time.
 *
 * @param position offset up to which the warehouse has the log.
 * @returns the function that stops it.
 */
export function observeLag(log: EventLog, clock: Clock, position: () => Promise<number>): () => void {
  const { lag, oldestAge } = loaderTelemetry;
  return observeTogether([lag, oldestAge], async (result) => {
    try {
      const behind = await lagOf(log, clock, position);
      result.observe(lag, behind.offsets);
      result.observe(oldestAge, behind.oldestAgeSeconds);
    } catch {
      // Without the log there is no lag to report; its own health check tells why.
    }
  });
}

export interface Lag {
  readonly offsets: number;
  /** 0 when there is nothing to load. */
  readonly oldestAgeSeconds: number;
}

export async function lagOf(log: EventLog, clock: Clock, position: () => Promise<number>): Promise<Lag> {
  const [end, reached] = await Promise.all([log.end(), position()]);
  const offsets = Math.max(0, end.offset - reached);
  const [oldest] = offsets === 0 ? [] : await log.read(reached, 1);
  const oldestAgeSeconds = oldest ? clock.now() / 1_000 - oldest.receivedMicros / 1_000_000 : 0;
  return { offsets, oldestAgeSeconds: Math.max(0, oldestAgeSeconds) };
}
