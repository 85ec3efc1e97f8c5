import { EventRejection, quoted } from './event-rejection.js';

/**
 * Largest magnitude of an event's value: up to here a double counts in steps of one, and the squares of all the values
 * that a warehouse can hold add up to a number that a double holds.
 */
export const MAX_VALUE = Number.MAX_SAFE_INTEGER;

/** Whether a number can be the value of an event. */
export function isEventValue(value: number): boolean {
  return Math.abs(value) <= MAX_VALUE;
}

/** Why the value is refused; undefined when it is fine or absent. */
export function checkValue(value: unknown): EventRejection | undefined {
  if (value === undefined || (typeof value === 'number' && isEventValue(value))) return undefined;
  const shown = quoted(typeof value === 'number' ? String(value) : value);
  const problem =
    typeof value === 'number' && Number.isFinite(value)
      ? `lies beyond the largest magnitude of a value, ${String(MAX_VALUE)}; send it in a larger unit`
      : 'is not a finite number';
  return new EventRejection('INVALID_ARGUMENT', 'tracked.value', `${shown} ${problem}`);
}
