import { EventRejection, quoted } from './event-rejection.js';

/** How deep objects and lists may lie within each other. */
const MAX_DEPTH = 32;

/** A name that JavaScript takes for an object's prototype, so that what it holds would be lost on the way. */
export const UNUSABLE_KEY = '__proto__';

/** Why the properties are refused; undefined when JSON can carry them as they are. */
export function checkProperties(field: string, value: unknown, depth = 1): EventRejection | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return new EventRejection('INVALID_ARGUMENT', field, `${quoted(String(value))} is not a finite number`);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_DEPTH) {
    return new EventRejection('INVALID_ARGUMENT', field, `is nested more than ${MAX_DEPTH} levels deep`);
  }
  if (Object.hasOwn(value, UNUSABLE_KEY)) return unusableKey(field);
  for (const nested of Object.values(value)) {
    const rejection = checkProperties(field, nested, depth + 1);
    if (rejection) return rejection;
  }
  return undefined;
}

export function unusableKey(field: string): EventRejection {
  return new EventRejection('INVALID_ARGUMENT', field, `has the key "${UNUSABLE_KEY}", which is not allowed`);
}
