/** Whether a present value (neither undefined nor null) matches. Total for every value that JSON can carry. */
export type ValueTest = (value: unknown) => boolean;

/** Longest array attribute that can match; a longer one matches nothing. */
export const ELEMENTS_LIMIT = 100_000;

/** Applies a test to a value, or to each element of an array. No element, no match, under `any` and `all` alike. */
export function matchesValue(test: ValueTest, value: unknown, elements: 'any' | 'all'): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'object' || !Array.isArray(value)) return test(value);
  return matchesElements(test, value, elements);
}

function matchesElements(test: ValueTest, values: readonly unknown[], elements: 'any' | 'all'): boolean {
  const { length } = values;
  if (length === 0 || length > ELEMENTS_LIMIT) return false;
  for (let index = 0; index < length; index += 1) {
    const value = values[index];
    const matched = value !== undefined && value !== null && test(value);
    if (matched !== (elements === 'all')) return matched;
  }
  return elements === 'all';
}
