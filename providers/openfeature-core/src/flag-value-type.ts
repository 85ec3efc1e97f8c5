import type { JsonValue } from '@openfeature/core';

/** Types of value that OpenFeature can ask for. */
export type FlagValueType = 'boolean' | 'string' | 'number' | 'object';

/** Whether a value is of the type that the application asked for. Lists are objects; null is of no type. */
export function isOfType(value: unknown, type: FlagValueType): value is JsonValue {
  return typeof value === type && value !== null;
}

/** Names a value's type for people. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}
