import { instantOfDateOrTimestamp } from '@sortition/kernel';
import { InvalidArgumentError } from 'commander';

/**
 * Reads the value of an option that is a time of RFC 3339, or a date for its midnight in UTC.
 *
 * @throws InvalidArgumentError for anything else, days that the calendar lacks included.
 */
export function timeOption(text: string): Date {
  const instant = instantOfDateOrTimestamp(text);
  if (Number.isNaN(instant)) {
    throw new InvalidArgumentError('It must be a time such as 2026-01-31T12:00:00Z, or a date such as 2026-01-31.');
  }
  return new Date(instant);
}
