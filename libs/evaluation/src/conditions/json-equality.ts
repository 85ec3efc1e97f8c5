import type { JsonValue } from '@sortition/kernel';

import { isArray } from '../parse/quote.js';
import { ownValue } from './attribute-reader.js';

/**
 * Whether a value is the JSON value: same type, same content, own enumerable properties only. Never follows the value
 * deeper than the expected one, so that a cyclic value ends too. NaN equals nothing.
 */
export function equalsJson(expected: JsonValue, value: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return expected === value;
  if (typeof value !== 'object' || value === null) return false;
  if (isArray(expected)) {
    if (!isArray(value) || value.length !== expected.length) return false;
    return expected.every((element, index) => equalsJson(element, value[index]));
  }
  if (isArray(value)) return false;
  const names = Object.keys(expected);
  if (Object.keys(value).length !== names.length) return false;
  return names.every((name) => Object.hasOwn(value, name) && equalsJson(expected[name] ?? null, ownValue(value, name)));
}
