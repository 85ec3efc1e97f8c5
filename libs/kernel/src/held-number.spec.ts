import { describe, expect, it } from '@jest/globals';
import { assert, bigInt, double, property } from 'fast-check';

import { isHeldByDouble } from './held-number.js';

describe('a decimal literal', () => {
  it.each([
    '0',
    '-0',
    '0.0e5',
    '-1.5',
    '0.1',
    '1.10',
    '0.12345678901234567890123',
    '1e3',
    '1E-7',
    '1e23',
    '5e-324',
    '9007199254740992',
    '9.007199254740992e15',
    '9007199254740992.0',
  ])('%s is held by double precision', (literal) => {
    expect(isHeldByDouble(literal)).toBe(true);
  });

  it.each([
    '9007199254740993',
    '-9007199254740993',
    '9007199254740993.0',
    '9.007199254740993e15',
    '1e400',
    '-1e400',
    '1e-400',
    '123456789012345678901234567890',
  ])('%s is not', (literal) => {
    expect(isHeldByDouble(literal)).toBe(false);
  });

  it('is held when it is what a double prints, short or with 17 digits', () => {
    assert(
      property(double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        [String(value), value.toPrecision(17), value.toExponential()].every(isHeldByDouble),
      ),
    );
  });

  it('is held as a whole number when nothing is rounded', () => {
    assert(
      property(bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (value) => isHeldByDouble(String(BigInt(Number(value))))),
    );
  });

  it('is not held as an odd number above 2^53, which no double is and none prints', () => {
    assert(property(bigInt({ min: 2n ** 52n, max: 2n ** 53n }), (half) => !isHeldByDouble(String(2n * half + 1n))));
  });
});
