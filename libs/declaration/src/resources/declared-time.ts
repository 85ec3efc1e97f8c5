import { instantOfDateOrTimestamp } from '@sortition/kernel';

import { invalidArgument } from '../configuration-errors.js';

/** Roughly a time; whether the day exists is seen when it is read. */
export const TIME_PATTERN = '^\\d{4}-\\d{2}-\\d{2}([Tt ].+)?$';

/** Milliseconds since the Unix epoch. @throws DomainError INVALID_ARGUMENT naming the field and the value. */
export function timeOf(text: string, field: string): number {
  const time = instantOfDateOrTimestamp(text);
  if (Number.isNaN(time)) throw invalidArgument(field, text, 'must be a time of RFC 3339 such as 2026-01-31T12:00:00Z');
  return time;
}

export function declaredTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
