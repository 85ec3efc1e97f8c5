/** The value at a path of nested names joined by dots; a name that itself contains dots is found first. */
export function attributeAt(context: object, path: string): unknown {
  if (Object.hasOwn(context, path)) return (context as Readonly<Record<string, unknown>>)[path];
  let value: unknown = context;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}
