/** Says of an attribute path, nested names joined by dots, whether what it holds is private. */
export type IsPrivate = (path: string) => boolean;

/** Makes these paths private, with everything below them. */
export function privateAttributes(paths: readonly string[]): IsPrivate {
  return (path) => paths.some((each) => path === each || path.startsWith(`${each}.`));
}

/** A JSON object without private attributes, also where a name itself contains dots. The object is not changed. */
export function withoutPrivate(
  json: Readonly<Record<string, unknown>>,
  isPrivate: IsPrivate,
  above = '',
): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    const path = above + name;
    if (!isPrivate(path)) kept[name] = isObject(value) ? withoutPrivate(value, isPrivate, `${path}.`) : value;
  }
  return kept;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
