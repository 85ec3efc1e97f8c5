import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { StatisticsError } from '../result/index.js';
import { centredProduct, jointMoments, jointMomentsOf, mergeJointMoments } from './joint-moments.js';
import { centredSquares, EMPTY_MOMENTS, mergeMoments, moments, momentsOf } from './moments.js';

const values = fc.array(fc.integer({ min: -1000, max: 1000 }));
const rows = fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })));

describe('moments', () => {
  it('merge associatively and commutatively, with the empty moments as neutral element', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const [x, y, z] = [momentsOf(a), momentsOf(b), momentsOf(c)];

        expect(mergeMoments(mergeMoments(x, y), z)).toEqual(mergeMoments(x, mergeMoments(y, z)));
        expect(mergeMoments(x, y)).toEqual(mergeMoments(y, x));
        expect(mergeMoments(x, EMPTY_MOMENTS)).toEqual(x);
      }),
    );
  });

  it('of parts merge to the moments of the whole', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(mergeMoments(momentsOf(a), momentsOf(b))).toEqual(momentsOf([...a, ...b]));
      }),
    );
  });

  it.each([
    ['n', { n: -1, sum: 0, sumOfSquares: 0 }],
    ['n', { n: 1.5, sum: 0, sumOfSquares: 0 }],
    ['n', { n: Number.NaN, sum: 0, sumOfSquares: 0 }],
    ['sum', { n: 3, sum: Number.NaN, sumOfSquares: 1 }],
    ['sum', { n: 0, sum: 1, sumOfSquares: 0 }],
    ['sum', { n: 2, sum: 1e200, sumOfSquares: 1 }],
    ['sumOfSquares', { n: 3, sum: 1, sumOfSquares: Number.POSITIVE_INFINITY }],
    ['sumOfSquares', { n: 0, sum: 0, sumOfSquares: 1 }],
    ['sumOfSquares', { n: 4, sum: 8, sumOfSquares: 15 }],
    ['sumOfSquares', { n: 4, sum: 0, sumOfSquares: -1 }],
  ])('are refused by the name of the field %s: %j', (field, input) => {
    expect(() => moments(input, 'control')).toThrow(expect.objectContaining({ field: `control.${field}` }));
    expect(() => moments(input, 'control')).toThrow(StatisticsError);
  });

  it('quote the least sum of squares that the sum allows', () => {
    expect(() => moments({ n: 4, sum: 8, sumOfSquares: 15 }, 'control')).toThrow(
      'control.sumOfSquares must be at least sum^2 / n = 16, got 15.',
    );
  });

  it('forgive a sum of squares that lies below its bound by rounding only', () => {
    const rounded = { n: 3, sum: 0.3, sumOfSquares: 0.03 - 1e-17 };

    expect(centredSquares(moments(rounded))).toBe(0);
  });
});

describe('joint moments', () => {
  it('merge to the moments of the whole', () => {
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const columns = ['y', 'x'];

        const merged = mergeJointMoments(jointMomentsOf(columns, a), jointMomentsOf(columns, b));

        expect(merged).toEqual(jointMomentsOf(columns, [...a, ...b]));
      }),
    );
  });

  it('pass their own check whatever the rows', () => {
    fc.assert(fc.property(rows, (some) => jointMoments(jointMomentsOf(['y', 'x'], some)).n === some.length));
  });

  it('give the sum of products of deviations', () => {
    const joint = jointMomentsOf(
      ['y', 'x'],
      [
        [1, 2],
        [2, 4],
        [3, 9],
      ],
    );

    expect(centredProduct(joint, 0, 1)).toBeCloseTo(7, 12);
  });

  it('do not merge over different columns', () => {
    expect(() => mergeJointMoments(jointMomentsOf(['y', 'x'], []), jointMomentsOf(['y', 'z'], []))).toThrow(
      'parts[1].columns must be ["y","x"] in this order, got ["y","z"].',
    );
  });

  it.each([
    [
      'moments.crossProducts[0][1]',
      {
        n: 2,
        columns: ['y', 'x'],
        sums: [0, 0],
        crossProducts: [
          [1, 0.5],
          [0.4, 1],
        ],
      },
    ],
    [
      'moments.crossProducts[1][0]',
      {
        n: 2,
        columns: ['y', 'x'],
        sums: [0, 0],
        crossProducts: [
          [1, 1.1],
          [1.1, 1],
        ],
      },
    ],
    [
      'moments.sums.length',
      {
        n: 2,
        columns: ['y', 'x'],
        sums: [0],
        crossProducts: [
          [1, 0],
          [0, 1],
        ],
      },
    ],
    [
      'moments.columns',
      {
        n: 2,
        columns: ['y', 'y'],
        sums: [0, 0],
        crossProducts: [
          [1, 0],
          [0, 1],
        ],
      },
    ],
    [
      'moments.x.sumOfSquares',
      {
        n: 2,
        columns: ['y', 'x'],
        sums: [0, 4],
        crossProducts: [
          [1, 0],
          [0, 7],
        ],
      },
    ],
  ])('are refused by the name of the field %s', (field, input) => {
    expect(() => jointMoments(input)).toThrow(expect.objectContaining({ field }));
  });
});
