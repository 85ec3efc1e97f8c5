/**
 * A JSON object without the attributes at the paths of nested names joined by dots; a name that itself contains dots is
 * left out as well. The object is not changed.
 */
export function withoutAttributes(
  json: Readonly<Record<string, unknown>>,
  paths: readonly string[],
): Record<string, unknown> {
  let kept: Record<string, unknown> = { ...json };
  for (const path of paths) kept = without(kept, path);
  return kept;
}

function without(json: Readonly<Record<string, unknown>>, path: string): Record<string, unknown> {
  const { [path]: _left, ...kept } = json;
  const dot = path.indexOf('.');
  if (dot < 0) return kept;
  const name = path.slice(0, dot);
  const nested = kept[name];
  if (typeof nested !== 'object' || nested === null || Array.isArray(nested)) return kept;
  return { ...kept, [name]: without(nested as Record<string, unknown>, path.slice(dot + 1)) };
}
