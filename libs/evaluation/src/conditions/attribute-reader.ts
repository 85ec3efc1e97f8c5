/** Reads one attribute of a context; undefined when it is missing. Own properties only. */
export type AttributeReader = (context: object) => unknown;

const { hasOwn } = Object;

/**
 * Returns the reader of a path. `user.plan` is the own property of that full name when there is one, else the own
 * property `plan` of the own property `user`.
 */
export function attributeReader(path: string): AttributeReader {
  const name = interned(path);
  const dot = name.indexOf('.');
  if (dot === -1) return (context) => ownValue(context, name);
  const names = name.split('.').map(interned);
  return (context) => (hasOwn(context, name) ? ownValue(context, name) : walk(context, names));
}

/** The value of an own property, or undefined. */
export function ownValue(object: object, name: string): unknown {
  return hasOwn(object, name) ? (object as Readonly<Record<string, unknown>>)[name] : undefined;
}

function walk(context: object, names: readonly string[]): unknown {
  let value: unknown = context;
  for (const name of names) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = ownValue(value, name);
  }
  return value;
}

/** The same text as the engine holds it for property names, which makes every later lookup a pointer comparison. */
export function interned(name: string): string {
  for (const key in Object.fromEntries([[name, 0]])) return key;
  return name;
}
