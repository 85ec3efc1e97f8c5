import { describe, expect, it } from '@jest/globals';
import { assert, integer, property } from 'fast-check';

import { bucketsOf, percentOf, weightsOf, type SharesContext } from './declared-shares.js';

const CONTEXT: SharesContext = { before: [], variants: [], mustFill: true, at: 'variants' };

describe('declared shares', () => {
  it('keep every number of buckets through a percentage and back', () => {
    assert(property(integer({ min: 0, max: 1_000_000 }), (buckets) => bucketsOf(percentOf(buckets)) === buckets));
  });

  it('keep the order of a list', () => {
    const shares = [
      { variant: 'b', percent: 30 },
      { variant: 'a', percent: 70 },
    ];

    expect(weightsOf(shares, CONTEXT).map(({ variant }) => variant)).toEqual(['b', 'a']);
  });

  it('walk a new map with the control first and then by key', () => {
    expect(weightsOf({ z: 20, b: 40, a: 40 }, { ...CONTEXT, first: 'b' })).toEqual([
      { variant: 'b', weight: 400_000 },
      { variant: 'a', weight: 400_000 },
      { variant: 'z', weight: 200_000 },
    ]);
  });

  it('walk a map as before when the variants are the same, so that nobody moves', () => {
    const before = [
      { variant: 'z', weight: 500_000 },
      { variant: 'a', weight: 500_000 },
    ];

    expect(weightsOf({ a: 40, z: 60 }, { ...CONTEXT, before, first: 'a' }).map(({ variant }) => variant)).toEqual([
      'z',
      'a',
    ]);
  });
});
