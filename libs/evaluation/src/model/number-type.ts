import type { Flag, NumberType } from './flag.js';

/**
 * Whether a flag's numbers are integers or doubles; undefined for a flag of another type. Where it is not said: integers
 * when every variant is a whole number up to 2^53, else doubles.
 */
export function numberTypeOf({
  type,
  numberType,
  variants,
}: Pick<Flag, 'type' | 'numberType' | 'variants'>): NumberType | undefined {
  if (type !== 'number') return undefined;
  return numberType ?? (variants.every(({ value }) => Number.isSafeInteger(value)) ? 'integer' : 'double');
}
