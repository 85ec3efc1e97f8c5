/* eslint-disable @typescript-eslint/no-confusing-void-expression -- noting a problem stands for the value that is missing */
import type { JsonValue } from '@sortition/kernel';

import { BUCKET_COUNT, splitProblems } from '../bucketing/index.js';
import type { BucketRange, Split } from '../model/index.js';
import { Fields } from './fields.js';
import { parseJson } from './parse-json.js';

/** Reads the split of a rule; `variants` are the keys that an allocation may name. */
export function parseSplit(fields: Fields, variants: ReadonlySet<string>): Split | undefined {
  const { problems } = fields;
  const path = fields.at('split');
  const split = parseJson(fields.get('split'), path, problems);
  if (split === undefined) return undefined;
  const violations = splitProblems(split, path);
  problems.found.push(...violations);
  if (violations.length > 0 || !isSplit(split)) return undefined;
  fields.nested('split')?.only('program', 'salt', 'unit', 'gates', 'allocations');
  split.allocations.forEach(({ variant }, index) => {
    if (variants.has(variant)) return;
    problems.add(`${path}.allocations[${index}].variant`, 'must be a variant of the flag', variant);
  });
  return split;
}

/** Half-open ranges of buckets: ascending, disjoint, within [0, 1,000,000). */
export function parseBucketRanges(fields: Fields, name: string): readonly BucketRange[] {
  let last = 0;
  return fields.list(name, (value, path) => {
    const range = Fields.of(value, path, fields.problems)?.only('start', 'end');
    const start = range?.integer('start', 0, BUCKET_COUNT);
    const end = range?.integer('end', 0, BUCKET_COUNT);
    if (start === undefined || end === undefined) return undefined;
    if (start >= end) fields.problems.note(path, `must end after it starts, got [${start}, ${end})`);
    if (start < last)
      fields.problems.note(path, `must start at ${last} or later, after the range before, got ${start}`);
    last = end;
    return { start, end };
  });
}

/** Reads the key of one of the flag's variants. */
export function variantOf(fields: Fields, name: string, variants: ReadonlySet<string>): string | undefined {
  const key = fields.key(name);
  if (key === undefined || variants.has(key)) return key;
  return fields.wrong(name, 'must be a variant of the flag', key);
}

/** Holds for every value without split problems. */
function isSplit(value: unknown): value is Split & JsonValue {
  return typeof value === 'object';
}
