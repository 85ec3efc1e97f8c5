import { MAX_DEPTH } from './to-json.js';

/**
 * The first thing in a value that a message in JSON and UTF-8 would carry as something else; undefined when there is none.
 * Functions, symbols and undefined are left out by convention and no problem.
 */
export function unrecordable(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value) ? 'half a surrogate pair' : undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : undefined;
  // The value itself stands around what `toJson` is given.
  if (depth > MAX_DEPTH) return `more than ${String(MAX_DEPTH)} levels of nesting`;
  for (const [name, item] of Object.entries(value)) {
    if (name === '__proto__') return 'a property named "__proto__"';
    const problem = unrecordable(name) ?? unrecordable(item, depth + 1);
    if (problem) return problem;
  }
  return undefined;
}
