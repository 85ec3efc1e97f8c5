/**
 * JSON with the names of every object in ascending order and without undefined: two equal values have the same text,
 * whatever order they were built in. Arrays keep their order.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, item: unknown) => (isPlainObject(item) ? sortedByName(item) : item));
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sortedByName(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  // Without a prototype, so that a property named "__proto__" is a property like any other.
  const sorted: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(object).sort()) sorted[name] = object[name];
  return sorted;
}
