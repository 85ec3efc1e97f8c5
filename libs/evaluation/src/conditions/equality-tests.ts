import type { JsonValue } from '@sortition/kernel';

import { equalsJson } from './json-equality.js';
import { foldCase } from './text-tests.js';
import type { ValueTest } from './value-test.js';

/** Up to this many values a walk beats a hash table. */
const WALK_UP_TO = 4;

/** Whether a value is one of the given ones: same type and content, no conversion. */
export function membershipTest(values: readonly JsonValue[], ignoreCase: boolean): ValueTest {
  if (!ignoreCase) return exactTest(values);
  const test = exactTest(values.map((value) => (typeof value === 'string' ? foldCase(value) : value)));
  return (value) => test(typeof value === 'string' ? foldCase(value) : value);
}

function exactTest(values: readonly JsonValue[]): ValueTest {
  const [only] = values;
  if (values.some((value) => typeof value === 'object')) {
    return (value) => values.some((expected) => equalsJson(expected, value));
  }
  if (values.length === 1) return (value) => value === only;
  if (values.length <= WALK_UP_TO) return (value) => values.includes(value as JsonValue);
  const set = new Set<unknown>(values);
  return (value) => set.has(value);
}
