import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { StatisticsError } from '../result/index.js';
import { centredProduct, jointMoments, jointMomentsOf, mergeJointMoments } from './joint-moments.js';
import { centredSquares, EMPTY_MOMENTS, hasLostVariance, mergeMoments, moments, momentsOf } from './moments.js';
import type { Moments } from './moments.js';

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

describe('moments about a centre', () => {
  const centredOf = (values: readonly number[]): Moments => {
    const sum = values.reduce((total, value) => total + value, 0);
    const centre = sum / values.length;
    const sumOfSquares = values.reduce((total, value) => total + (value - centre) ** 2, 0);
    return { n: values.length, sum, sumOfSquares, centre };
  };
  const high = (spread: number): readonly number[] =>
    Array.from({ length: 4000 }, (_, index) => 1e9 + spread * Math.sin(index * 12.9898));

  it('keep a variance that the sum of raw squares loses, and that loss is told', () => {
    for (const spread of [1200, 500, 1]) {
      expect(hasLostVariance(momentsOf(high(spread)))).toBe(true);
      expect(hasLostVariance(centredOf(high(spread)))).toBe(false);
      const deviations = momentsOf(high(spread).map((value) => value - 1e9));
      expect(centredSquares(centredOf(high(spread))) / centredSquares(deviations)).toBeCloseTo(1, 6);
    }
    expect(hasLostVariance(centredOf(high(1e-5)))).toBe(true);
    expect(hasLostVariance(momentsOf(high(4e4).map((value) => value / 3)))).toBe(false);
  });

  it('of equal values have lost nothing', () => {
    for (const values of [
      [3, 3, 3],
      [0, 0],
      [-7, -7],
    ]) {
      expect(hasLostVariance(momentsOf(values))).toBe(false);
      expect(centredSquares(momentsOf(values))).toBe(0);
    }
    expect(hasLostVariance(centredOf([1e9, 1e9, 1e9]))).toBe(false);
  });

  it('merge with others to the moments of all units', () => {
    const [one, other] = [high(900), high(300).map((value) => value + 5000)];

    const merged = mergeMoments(centredOf(one), centredOf(other));

    const whole = centredOf([...one, ...other]);
    expect(merged.sum / whole.sum).toBeCloseTo(1, 14);
    expect(centredSquares(merged) / centredSquares(whole)).toBeCloseTo(1, 9);
    expect(moments(merged)).toBe(merged);
  });

  it('add up the counts that all parts have', () => {
    const part = { n: 3, sum: 2, sumOfSquares: 2, nonZero: 2, negative: 0 };

    expect(mergeMoments(part, part)).toEqual({ n: 6, sum: 4, sumOfSquares: 4, nonZero: 4, negative: 0 });
    expect(mergeMoments(part, { n: 1, sum: 1, sumOfSquares: 1 })).toEqual({ n: 4, sum: 3, sumOfSquares: 3 });
  });

  it.each([
    [{ n: 3, sum: 3, sumOfSquares: 3, nonZero: 4 }, 'moments.nonZero must be at most n = 3, got 4.'],
    [{ n: 3, sum: 3, sumOfSquares: 3, negative: -1 }, 'moments.negative must be a whole number of 0 or more, got -1.'],
    [{ n: 3, sum: 3, sumOfSquares: 3, centre: Number.NaN }, 'moments.centre must be a finite number, got NaN.'],
    [{ n: 2, sum: 20, sumOfSquares: 1, centre: 0.5 }, 'be at least n (sum / n - centre)^2 = 180.5'],
  ])('refuse %j', (input, message) => {
    expect(() => moments(input)).toThrow(message);
  });
});
