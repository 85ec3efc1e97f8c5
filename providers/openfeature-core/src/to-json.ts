/** Nesting beyond this is left out. */
export const MAX_DEPTH = 32;

/**
 * A copy that JSON can carry: dates as RFC 3339 text, invalid dates and numbers that are not finite as null; functions,
 * symbols and what is nested too deep are left out.
 */
export function toJson(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? null : objectToJson(value, depth);
    default:
      return undefined;
  }
}

function objectToJson(value: object, depth: number): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (depth >= MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.map((item: unknown) => toJson(item, depth + 1) ?? null);
  const copy: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const json = toJson(item, depth + 1);
    if (json !== undefined && name !== '__proto__') copy[name] = json;
  }
  return copy;
}
