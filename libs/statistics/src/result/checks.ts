import { StatisticsError } from './statistics-error.js';

/** Throws unless the value is a finite number. */
export function requireFinite(field: string, value: number): number {
  if (!Number.isFinite(value)) throw new StatisticsError(field, value, 'be a finite number');
  return value;
}

/** Throws unless the value is a finite number above 0. */
export function requirePositive(field: string, value: number): number {
  if (!(Number.isFinite(value) && value > 0)) throw new StatisticsError(field, value, 'be a finite number above 0');
  return value;
}

/** Throws unless the value is a finite number of 0 or more. */
export function requireNonNegative(field: string, value: number): number {
  if (!(Number.isFinite(value) && value >= 0))
    throw new StatisticsError(field, value, 'be a finite number of 0 or more');
  return value;
}

/** Throws unless the value lies strictly between 0 and 1. */
export function requireOpenUnit(field: string, value: number): number {
  if (!(value > 0 && value < 1)) throw new StatisticsError(field, value, 'lie strictly between 0 and 1');
  return value;
}

/** Throws unless the value is a probability: 0 to 1, both included. */
export function requireProbability(field: string, value: number): number {
  if (!(value >= 0 && value <= 1)) throw new StatisticsError(field, value, 'lie between 0 and 1');
  return value;
}

/** Throws unless the value is a whole number of 0 or more that a double holds exactly. */
export function requireCount(field: string, value: number): number {
  if (!(Number.isSafeInteger(value) && value >= 0)) {
    throw new StatisticsError(field, value, 'be a whole number of 0 or more');
  }
  return value;
}

/** Throws unless the list holds at least `minimum` entries. */
export function requireLength<T>(field: string, list: readonly T[], minimum: number): readonly T[] {
  if (list.length < minimum) {
    throw new StatisticsError(`${field}.length`, list.length, `be at least ${minimum}`);
  }
  return list;
}
