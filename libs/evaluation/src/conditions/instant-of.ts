import { instantOfDateOrTimestamp } from '@sortition/kernel';

/** Instant of a Date, of RFC 3339 text or of epoch milliseconds; NaN for everything else. */
export function instantOf(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? value : NaN;
  if (typeof value === 'string') return instantOfDateOrTimestamp(value);
  if (typeof value !== 'object') return NaN;
  try {
    // The engine reads no clock; this reads the instant that a Date in the context carries.
    // eslint-disable-next-line no-restricted-globals
    return Date.prototype.getTime.call(value);
  } catch {
    return NaN;
  }
}
