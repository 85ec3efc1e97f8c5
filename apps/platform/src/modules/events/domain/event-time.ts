import { EventRejection, quoted } from './event-rejection.js';

/** A sender's clock that is off by no more than this counts as right: the difference may be the network's. */
export const SKEW_TOLERANCE_MS = 30_000;
/** How far ahead of the platform's clock an event may lie. */
export const FUTURE_TOLERANCE_MS = 10 * 60_000;
/** Events from before are refused: no clock is that far behind, so the number means something else. */
export const EARLIEST_TIME_MS = Date.UTC(2000, 0, 1);

/**
 * How much must be added to a sender's times, in milliseconds; 0 within the tolerance, because a correction by the
 * network's delay would differ from batch to batch and could put an exposure behind its own conversion.
 *
 * @param sentAt when the batch was sent, by the sender's clock; undefined: the sender's clock is taken as right.
 * @param receivedMs when the batch was received, by the platform's clock.
 */
export function clockSkewMs(sentAt: Date | undefined, receivedMs: number): number {
  const sentMs = sentAt?.getTime() ?? Number.NaN;
  if (!Number.isFinite(sentMs)) return 0;
  const skew = receivedMs - sentMs;
  return Math.abs(skew) <= SKEW_TOLERANCE_MS ? 0 : skew;
}

/** When the event happened by the platform's clock, in milliseconds since the Unix epoch, or why it is refused. */
export function eventTimeMs(time: Date | undefined, skewMs: number, receivedMs: number): number | EventRejection {
  if (time === undefined) return new EventRejection('INVALID_ARGUMENT', 'time', 'is missing');
  const sentMs = time.getTime();
  if (!Number.isFinite(sentMs)) return new EventRejection('INVALID_ARGUMENT', 'time', 'is not a time');
  return correctedTimeMs(sentMs, skewMs, receivedMs);
}

/** The same for a time in milliseconds since the Unix epoch. */
export function correctedTimeMs(sentMs: number, skewMs: number, receivedMs: number): number | EventRejection {
  const corrected = sentMs + skewMs;
  if (corrected > receivedMs + FUTURE_TOLERANCE_MS) return outOfRange(sentMs, 'more than 10 minutes ahead');
  if (corrected < EARLIEST_TIME_MS) return outOfRange(sentMs, 'before the year 2000');
  return corrected;
}

function outOfRange(sentMs: number, where: string): EventRejection {
  return new EventRejection('INVALID_ARGUMENT', 'time', `${quoted(new Date(sentMs).toISOString())} lies ${where}`);
}
