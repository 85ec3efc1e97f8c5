import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { compileSplit } from './compile-split.js';
import { CBOR_PROGRAM, isCborProgram, NATIVE_PROGRAM } from './native-program.js';

const bucketOf = (unit: string): number | undefined =>
  compileSplit({ program: CBOR_PROGRAM, salt: 'salt', allocations: [{ variant: 'all', weight: 1_000_000 }] }).explain(
    unit,
  ).split?.bucket;

describe('the program of CBOR text', () => {
  // Made by cbor2 5.9.0 and mmh3 5.3.1, with which the evaluator for Python hashes. A change here reassigns users.
  it.each([
    ['user-1', 314_399],
    ['user-2', 930_327],
    ['1', 694_197],
    ['é', 395_236],
    ['世界', 810_446],
    ['👋', 68_798],
    ['with space ', 92_594],
    ['a/b', 790_483],
    ['x'.repeat(10), 341_673],
    ['x'.repeat(17), 501_878],
    ['x'.repeat(18), 287_707],
    ['x'.repeat(19), 182_262],
    ['x'.repeat(20), 226_620],
    ['y'.repeat(100), 30_056],
    ['y'.repeat(250), 810_997],
    ['y'.repeat(251), 702_826],
    ['z'.repeat(300), 194_841],
    ['ü'.repeat(9), 820_934],
    ['ü'.repeat(125), 295_695],
    ['w'.repeat(65530), 169_618],
    ['w'.repeat(65540), 811_241],
  ])('puts a unit where the evaluators that hash CBOR put it (%#)', (unit, bucket) => {
    expect(bucketOf(unit)).toBe(bucket);
  });

  it('never moves a unit that is in when a share is raised', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(1_000_000), fc.nat(1_000_000), (unit, one, other) => {
        const isIn = (weight: number): boolean =>
          compileSplit({ program: CBOR_PROGRAM, salt: 'salt', allocations: [{ variant: 'on', weight }] }).pick(unit) ===
          0;

        expect(!isIn(Math.min(one, other)) || isIn(Math.max(one, other))).toBe(true);
      }),
    );
  });

  it('is told from others, and from itself with another choice', () => {
    expect(isCborProgram({ ...CBOR_PROGRAM })).toBe(true);
    expect(
      [undefined, NATIVE_PROGRAM, { ...CBOR_PROGRAM, seed: 1 }, { ...CBOR_PROGRAM, rounds: 2 as const }].map(
        isCborProgram,
      ),
    ).toEqual([false, false, false, false]);
  });
});
