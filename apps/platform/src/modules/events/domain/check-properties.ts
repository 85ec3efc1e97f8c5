import { EventRejection, quoted } from './event-rejection.js';

/** How deep objects and lists may lie within each other. */
const MAX_DEPTH = 32;

/** Why the properties are refused; undefined when JSON can carry them as they are. */
export function checkProperties(field: string, value: unknown, depth = 1): EventRejection | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return new EventRejection('INVALID_ARGUMENT', field, `${quoted(String(value))} is not a finite number`);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_DEPTH) {
    return new EventRejection('INVALID_ARGUMENT', field, `is nested more than ${MAX_DEPTH} levels deep`);
  }
  for (const nested of Object.values(value)) {
    const rejection = checkProperties(field, nested, depth + 1);
    if (rejection) return rejection;
  }
  return undefined;
}
