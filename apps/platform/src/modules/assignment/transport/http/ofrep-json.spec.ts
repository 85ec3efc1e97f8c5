import { describe, expect, it } from '@jest/globals';
import type { Flag, NumberType } from '@sortition/evaluation';
import fc from 'fast-check';

import { ofrepJson } from './ofrep-json.js';

const flagOf = (numberType: NumberType): Flag => ({
  key: 'f',
  type: 'number',
  numberType,
  variants: [{ key: 'a', value: 3 }],
  enabled: true,
  rules: [],
});

describe('an answer of OFREP', () => {
  it.each([
    [3, 'double', '"value":3.0'],
    [-12, 'double', '"value":-12.0'],
    [0, 'double', '"value":0.0'],
    [2.5, 'double', '"value":2.5'],
    [1e21, 'double', '"value":1e+21'],
    [3, 'integer', '"value":3,'],
  ] as const)('writes %d of a flag of type %s as %s', (value, numberType, expected) => {
    const item = { key: 'f', reason: 'STATIC', value, variant: 'a', metadata: { version: '1' } };

    expect(ofrepJson(item, flagOf(numberType))).toContain(expected);
  });

  it('means the same, whatever it holds', () => {
    const optional = fc.record(
      { variant: fc.string(), metadata: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())) },
      { requiredKeys: [] },
    );
    const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    fc.assert(
      fc.property(fc.string(), number, optional, (key, given, more) => {
        const value = given === 0 ? 0 : given;
        const item = { key, reason: 'STATIC', value, ...more };

        expect(JSON.parse(ofrepJson(item, flagOf('double')))).toEqual(JSON.parse(JSON.stringify(item)));
      }),
    );
  });
});
