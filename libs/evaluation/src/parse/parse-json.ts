/* eslint-disable @typescript-eslint/no-confusing-void-expression -- noting a problem stands for the value that is missing */
import type { JsonValue } from '@sortition/kernel';

import type { Problems } from './problems.js';
import { isArray } from './quote.js';

/** Longest array of a configuration, apart from membership lists. */
export const ARRAY_LENGTH = 1_000_000;

/** Deepest nesting of a JSON value or a condition. */
export const NESTING_DEPTH = 64;

/** Returns a deeply frozen copy of a JSON value, or undefined with the problems noted. */
export function parseJson(value: unknown, path: string, problems: Problems, depth = 0): JsonValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'object') return problems.add(path, 'must be a JSON value', value);
  if (depth >= NESTING_DEPTH) return problems.note(path, `must not nest deeper than ${NESTING_DEPTH} levels`);
  if (!problems.admit(path)) return undefined;
  try {
    if (isArray(value) && value.length > ARRAY_LENGTH) {
      return problems.note(path, `must not hold more than ${ARRAY_LENGTH} elements, got ${value.length}`);
    }
    return Object.freeze(
      isArray(value) ? parseElements(value, path, problems, depth) : parseMembers(value, path, problems, depth),
    );
  } catch {
    return problems.note(path, 'could not be read');
  }
}

function parseElements(value: readonly unknown[], path: string, problems: Problems, depth: number): JsonValue[] {
  const copy: JsonValue[] = [];
  for (let index = 0; index < value.length; index += 1) {
    copy.push(parseJson(value[index], `${path}[${index}]`, problems, depth + 1) ?? null);
  }
  return copy;
}

function parseMembers(value: object, path: string, problems: Problems, depth: number): Record<string, JsonValue> {
  const copy: Record<string, JsonValue> = {};
  for (const name of Object.keys(value)) {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    const json = parseJson(member, `${path}.${name}`, problems, depth + 1) ?? null;
    // Assigning `__proto__` would set the prototype.
    if (name === '__proto__') Object.defineProperty(copy, name, { value: json, enumerable: true });
    else copy[name] = json;
  }
  return copy;
}
