import { describe, expect, it } from '@jest/globals';

import type { FlagType, NumberType } from './flag.js';
import { numberTypeOf } from './number-type.js';

const flagOf = (values: readonly number[], numberType?: NumberType, type: FlagType = 'number') => ({
  type,
  ...(numberType && { numberType }),
  variants: values.map((value, index) => ({ key: String(index), value })),
});

describe('the numbers of a flag', () => {
  it.each([
    [[1, 2, -3, 0], undefined, 'integer'],
    [[1, 2.5], undefined, 'double'],
    [[1e21], undefined, 'double'],
    [[2 ** 53 - 1], undefined, 'integer'],
    [[1, 2], 'double', 'double'],
  ] as const)('%j, said to be %s, are of type %s', (values, said, expected) => {
    expect(numberTypeOf(flagOf(values, said))).toBe(expected);
  });

  it('are none where the flag is of another type', () => {
    expect(numberTypeOf(flagOf([], undefined, 'string'))).toBeUndefined();
  });
});
