import type { JsonObject, JsonValue } from '@sortition/kernel';

import { inlineReferences } from './resolved-schema.js';

/** Whether a schema names the property at the end of a path of names; lists and combined schemas are walked through. */
export function hasProperty(schema: JsonObject, path: readonly string[]): boolean {
  return names(inlineReferences(schema), path);
}

function names(schema: JsonValue, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  if (!isObject(schema)) return false;
  const { properties, items, allOf, anyOf, oneOf } = schema;
  const named = isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (named !== undefined && names(named, rest)) return true;
  const beside = [
    items,
    ...[allOf, anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? (list as JsonValue[]) : [])),
  ];
  return beside.some((each) => each !== undefined && names(each, path));
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
