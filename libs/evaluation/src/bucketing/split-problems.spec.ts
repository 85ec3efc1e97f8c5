import { describe, expect, it } from '@jest/globals';
import { bucketingVectors } from '@sortition/testing';
import fc from 'fast-check';

import type { Split } from '../model/index.js';
import { compileSplit } from './compile-split.js';
import { splitProblems } from './split-problems.js';

const NATIVE = { salt: 's', allocations: [{ variant: 'a', weight: 1_000_000 }] };
const PROGRAM = { hash: 'md5', keyTemplate: '{unit}', reduce: { kind: 'modulo', total: 100 } };

describe('problems of a split', () => {
  it('are none for a native split', () => {
    expect(splitProblems(NATIVE, 'split')).toEqual([]);
  });

  it.each([
    [{ ...NATIVE, salt: 'a/b' }, 'split.salt', '"a/b" is empty or contains "/"'],
    [{ ...NATIVE, salt: '' }, 'split.salt', '"" is empty or contains "/"'],
    [{ ...NATIVE, salt: 7 }, 'split.salt', '7 is not text'],
    [{ ...NATIVE, unit: '' }, 'split.unit', '"" is not an attribute path'],
    [{ ...NATIVE, allocations: [] }, 'split.allocations', 'a list of 0 is not a list with at least one allocation'],
    [
      { ...NATIVE, allocations: [...NATIVE.allocations, { variant: 'b', weight: 1 }] },
      'split.allocations',
      "1000001 is the sum of the weights, and the program's total is 1000000",
    ],
    [
      { ...NATIVE, allocations: [{ variant: 'a', weight: 0.5 }] },
      'split.allocations[0].weight',
      '0.5 is not a whole number from 0 to 1000000',
    ],
    [
      { ...NATIVE, allocations: [{ variant: 'a', weight: 0, ranges: [{ start: 5, end: 4 }] }] },
      'split.allocations[0].ranges[0].end',
      '4 is before the start, 5',
    ],
    [
      {
        ...NATIVE,
        allocations: ['a', 'b'].map((variant) => ({ variant, weight: 0, ranges: [{ start: 0, end: 9 }] })),
      },
      'split.allocations',
      '0 starts a range inside [0, 9)',
    ],
    [
      { ...NATIVE, allocations: [...NATIVE.allocations, { variant: 'b', weight: 0, ranges: [] }].reverse() },
      undefined,
      undefined,
    ],
    [{ ...NATIVE, program: { ...PROGRAM, hash: 'sha3' } }, 'split.program.hash', '"sha3" is not one of murmur3_x86_32'],
    [{ ...NATIVE, program: { ...PROGRAM, seed: 1 } }, 'split.program.seed', '1 is a seed, and md5 takes none'],
    [{ ...NATIVE, program: { ...PROGRAM, keyTemplate: 'x' } }, 'split.program.keyTemplate', '"x" is not text with'],
    [{ ...NATIVE, program: { ...PROGRAM, rounds: 2 } }, 'split.program.rounds', '2 is not 1'],
    [{ ...NATIVE, program: { ...PROGRAM, encoding: 'utf16-units' } }, 'split.program.encoding', 'works with fnv1a_32'],
    [{ ...NATIVE, program: { ...PROGRAM, edge: 'x' } }, 'split.program.edge', '"x" is not one of exclusive, inclusive'],
    [
      { ...NATIVE, program: { ...PROGRAM, reduce: { kind: 'modulo', total: 0 } } },
      'split.program.reduce.total',
      '0 is not',
    ],
    [
      { ...NATIVE, program: { ...PROGRAM, reduce: { kind: 'scale', total: 9 } } },
      'split.program.reduce.kind',
      '"scale" works',
    ],
    [{ ...NATIVE, gates: [{ salt: 'g', ranges: {} }] }, 'split.gates[0].ranges', 'an object is not a list of ranges'],
    [null, 'split', 'null is not a split'],
  ])('%j', (split, field, description) => {
    const [first] = splitProblems(split, 'split').filter((problem) => problem.field === field);
    if (field === undefined) expect(splitProblems(split, 'split')).toEqual([]);
    else expect(first?.description).toContain(description);
  });

  it('are found in any JSON without throwing, and what has none can be compiled and decides', () => {
    const vectors = bucketingVectors().map(({ split }) => split);
    const mutated = fc
      .tuple(fc.constantFrom(...vectors), fc.nat(), fc.jsonValue())
      .map(([split, position, value]) => replaced(split, position, value));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), mutated), fc.string({ unit: 'binary' }), (split, unit) => {
        if (splitProblems(split, 'split').length > 0) return;
        const compiled = compileSplit(split as Split);
        for (const each of [unit, undefined, '']) expect(compiled.explain(each).picked).toBe(compiled.pick(each));
      }),
      { numRuns: 1_000 },
    );
  });
});

/** The JSON with the value at one position, counted depth first, replaced. */
function replaced(root: unknown, position: number, value: unknown): unknown {
  const text = JSON.stringify(root);
  const places = text.match(/:/g)?.length ?? 0;
  let index = 0;
  return JSON.parse(text, (_, old: unknown) => (index++ === position % (places + 1) ? value : old));
}
