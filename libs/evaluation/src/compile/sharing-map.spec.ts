import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { SharingMap } from './sharing-map.js';

const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '__proto__');
const steps = fc.array(fc.record({ key: keys, isRemoved: fc.boolean(), isCopied: fc.boolean() }), { maxLength: 60 });

describe('SharingMap', () => {
  it('holds what a Map holds after the same changes, and copies leave what they came from as it was', () => {
    fc.assert(
      fc.property(steps, (changes) => {
        const expected = new Map<string, object>();
        const earlier: {
          readonly map: SharingMap<object>;
          readonly entries: readonly (readonly [string, unknown])[];
        }[] = [];
        let map = new SharingMap<object>();
        for (const { key, isRemoved, isCopied } of changes) {
          if (isCopied) {
            earlier.push({ map, entries: entriesOf(map) });
            map = map.copy();
          }
          const value = {};
          if (isRemoved) {
            map.delete(key);
            expected.delete(key);
          } else {
            map.set(key, value);
            expected.set(key, value);
          }
        }
        expect(new Map(entriesOf(map))).toEqual(expected);
        for (const [key, value] of expected) expect(map.get(key)).toBe(value);
        for (const { map: copied, entries } of earlier) expect(entriesOf(copied)).toEqual(entries);
      }),
    );
  });
});

function entriesOf(map: SharingMap<object>): readonly (readonly [string, unknown])[] {
  return map.keys().map((key) => [key, map.get(key)] as const);
}
