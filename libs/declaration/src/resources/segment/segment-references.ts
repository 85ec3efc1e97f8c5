import type { Condition } from '@sortition/evaluation';

import type { Reference } from '../../resource.js';

/** Conditions come from outside and are validated later, so this walks whatever it is given. */
export function segmentReferences(condition: unknown, path: string): readonly Reference[] {
  if (typeof condition !== 'object' || condition === null) return [];
  const { all, any, not, segment } = condition as Partial<Record<'all' | 'any' | 'not' | 'segment', Condition>>;
  const lists = Object.entries({ all, any }).flatMap(([name, list]: readonly [string, unknown]) =>
    Array.isArray(list)
      ? list.flatMap((each: unknown, index) => segmentReferences(each, `${path}.${name}[${index}]`))
      : [],
  );
  const key: unknown = segment;
  return [
    ...lists,
    ...segmentReferences(not, `${path}.not`),
    ...(typeof key === 'string' ? [{ kind: 'segment' as const, key, path: `${path}.segment` }] : []),
  ];
}
