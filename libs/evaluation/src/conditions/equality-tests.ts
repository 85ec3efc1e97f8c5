import type { JsonValue } from '@sortition/kernel';

import { equalsJson } from './json-equality.js';
import { foldCase } from './text-tests.js';
import type { ValueTest } from './value-test.js';

/** Up to this many values a walk beats a hash table. */
const WALK_UP_TO = 4;

/** Whether a value is one of the given ones: same type and content, no conversion. */
export function membershipTest(values: readonly JsonValue[], options: { readonly ignoreCase: boolean }): ValueTest {
  const given = options.ignoreCase
    ? values.map((value) => (typeof value === 'string' ? foldCase(value) : value))
    : values;
  const test = exactTest(given);
  return options.ignoreCase ? (value) => test(typeof value === 'string' ? foldCase(value) : value) : test;
}

function exactTest(values: readonly JsonValue[]): ValueTest {
  const objects = values.filter((value) => typeof value === 'object');
  const scalars = scalarTest(values.filter((value) => typeof value !== 'object'));
  if (objects.length === 0) return scalars;
  return (value) =>
    typeof value === 'object' ? objects.some((expected) => equalsJson(expected, value)) : scalars(value);
}

function scalarTest(values: readonly JsonValue[]): ValueTest {
  const [only] = values;
  if (values.length === 1) return (value) => value === only;
  if (values.length > WALK_UP_TO) {
    const set = new Set<unknown>(values);
    return (value) => set.has(value);
  }
  return (value) => {
    for (const expected of values) if (expected === value) return true;
    return false;
  };
}
