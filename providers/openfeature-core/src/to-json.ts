/** Nesting beyond this is left out. */
export const MAX_DEPTH = 32;

/**
 * A copy that JSON can carry: dates as RFC 3339 text, invalid dates and numbers that are not finite as null; functions,
 * symbols and what is nested too deep are left out.
 */
export function toJson(value: unknown, depth = 0): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toJSON();
  if (depth >= MAX_DEPTH) return undefined;
  const copy = (item: unknown): unknown => toJson(item, depth + 1);
  if (Array.isArray(value)) return value.map((item: unknown) => copy(item) ?? null);
  const entries = Object.entries(value).map(([name, item]) => [name, copy(item)] as const);
  return Object.fromEntries(entries.filter(([, json]) => json !== undefined));
}
