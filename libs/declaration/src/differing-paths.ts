import { canonicalJson } from './canonical-json.js';

/** Paths at which two JSON values differ, for example `rules[0].variant`; lists of other lengths differ as a whole. */
export function differingPaths(before: unknown, after: unknown, path = ''): readonly string[] {
  if (canonicalJson({ value: before }) === canonicalJson({ value: after })) return [];
  if (isList(before) && isList(after) && before.length === after.length) {
    return before.flatMap((item, index) => differingPaths(item, after[index], `${path}[${index}]`));
  }
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap((name) => differingPaths(before[name], after[name], path === '' ? name : `${path}.${name}`));
  }
  return [path];
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
