import type { UnitCoercion } from '../model/index.js';

/**
 * The unit that an attribute's value stands for, or undefined when it stands for none. Never throws. Under `integers`,
 * the native rule, 77 and "77" are the same unit, and 1.5, NaN, true, objects and null are no unit.
 */
export function unitOf(value: unknown, coercion: UnitCoercion = 'integers'): string | undefined {
  if (typeof value === 'string') return value;
  if (coercion === 'none') return undefined;
  if (typeof value === 'number') {
    if (coercion === 'integers') return Number.isSafeInteger(value) ? String(value) : undefined;
    return Number.isFinite(value) ? String(value) : undefined;
  }
  return coercion === 'scalars' && typeof value === 'boolean' ? String(value) : undefined;
}
