/** Nesting beyond this is not recorded. */
const MAX_DEPTH = 32;

/** Whether JSON in UTF-8 carries a value as it is: not numbers that are not finite, nor halves of surrogate pairs. */
export function isRecordable(value: unknown, depth = 0): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'string') return !/\p{Cs}/u.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return (
    depth <= MAX_DEPTH &&
    Object.entries(value)
      .flat()
      .every((item) => isRecordable(item, depth + 1))
  );
}
