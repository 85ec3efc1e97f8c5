import { describe, expect, it } from '@jest/globals';
import { assert, bigInt, double, property } from 'fast-check';

import { isHeldByDouble } from './exact-number.js';

describe('a decimal literal', () => {
  it.each(['0', '-0', '0.0', '1', '-1.5', '0.1', '1.10', '100', '1e3', '1E-7', '1e23', '5e-324', '9007199254740992'])(
    '%s is held by a double',
    (literal) => {
      expect(isHeldByDouble(literal)).toBe(true);
    },
  );

  it.each([
    '9007199254740993',
    '-9007199254740993',
    '9007199254740993.0',
    '900719925474099.3125',
    '0.12345678901234567890123',
    '1e400',
    '1e-400',
    '123456789012345678901234567890',
  ])('%s is not', (literal) => {
    expect(isHeldByDouble(literal)).toBe(false);
  });

  it('is held when it is what a double prints, at any precision', () => {
    assert(
      property(double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        [String(value), value.toPrecision(17), value.toExponential(20)].every(isHeldByDouble),
      ),
    );
  });

  it('is held as a whole number exactly when nothing is rounded, up to the digits that a double shows', () => {
    assert(
      property(bigInt({ min: -(2n ** 60n), max: 2n ** 60n }), (value) => {
        const isExact = BigInt(Number(value)) === value;
        return !isExact || isHeldByDouble(String(value));
      }),
    );
  });
});
