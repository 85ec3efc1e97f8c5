import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { normalQuantile } from '../distributions/index.js';
import { jointMomentsOf, mergeJointMoments, mergeMoments, momentsOf } from '../moments/index.js';
import type { Outcome } from '../result/index.js';
import {
  clusteredQuantile,
  count,
  eventQuantile,
  fiellerInterval,
  mean,
  proportion,
  proportionMoments,
  quantileLevels,
  ratio,
  ratioFiellerInterval,
  ratioMoments,
  sampleQuantile,
  unitQuantile,
  winsorize,
  winsorizedMoments,
} from './index.js';
import type { ArmEstimate } from './index.js';

function estimateOf(outcome: Outcome<ArmEstimate>): ArmEstimate {
  if (!outcome.estimable) throw new Error(outcome.detail);
  return outcome;
}

const values = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 30 });

describe('mean', () => {
  it('from merged moments equals the mean and variance of the raw data', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const all = [...a, ...b];
        const average = all.reduce((sum, value) => sum + value, 0) / all.length;
        const squares = all.reduce((sum, value) => sum + (value - average) ** 2, 0);

        const estimate = estimateOf(mean(mergeMoments(momentsOf(a), momentsOf(b))));

        expect(estimate.value).toBeCloseTo(average, 10);
        expect(estimate.variance).toBeCloseTo(squares / (all.length - 1) / all.length, 8);
      }),
    );
  });

  it.each([0, 1])('is not estimable from %d units', (n) => {
    expect(mean({ n, sum: 0, sumOfSquares: 0 })).toMatchObject({ estimable: false, reason: 'TOO_FEW_UNITS' });
  });

  it('refuses sums that no data has', () => {
    expect(() => mean({ n: 4, sum: 8, sumOfSquares: 15 }, 'control')).toThrow('control.sumOfSquares');
  });
});

describe('proportion', () => {
  it('has the variance p (1 - p) / n', () => {
    expect(proportion(proportionMoments(14, 28))).toMatchObject({ value: 0.5, variance: 0.25 / 28 });
  });

  it.each([
    ['sum', { n: 10, sum: 11, sumOfSquares: 13 }],
    ['sum', { n: 10, sum: -1, sumOfSquares: 1 }],
    ['sumOfSquares', { n: 10, sum: 5, sumOfSquares: 6 }],
  ])('refuses %s of values that are not 0 or 1: %j', (field, moments) => {
    expect(() => proportion(moments)).toThrow(expect.objectContaining({ field: `moments.${field}` }));
  });

  it('refuses negative counts and more successes than units', () => {
    expect(() => proportionMoments(-1, 5)).toThrow('successes must be a whole number of 0 or more, got -1.');
    expect(() => proportionMoments(6, 5)).toThrow('successes must be at most n = 5, got 6.');
  });
});

describe('count', () => {
  it('keeps the sample variance and tells how far the counts are from Poisson', () => {
    const moments = momentsOf([0, 0, 0, 8]);

    expect(count(moments)).toMatchObject({ value: 2, variance: 4, events: 8, dispersion: 8 });
    expect(count(momentsOf([0, 0]))).toMatchObject({ value: 0, dispersion: null });
  });

  it.each([
    { n: 3, sum: 2.5, sumOfSquares: 4 },
    { n: 3, sum: -2, sumOfSquares: 4 },
    { n: 9, sum: 6, sumOfSquares: 5 },
  ])('refuses what is no sum of whole numbers: %j', (moments) => {
    expect(() => count(moments)).toThrow(/for counts/);
  });
});

describe('ratio', () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 5 })), {
    minLength: 3,
    maxLength: 30,
  });

  it('from merged moments equals the delta method on raw residuals', () => {
    fc.assert(
      fc.property(pairs, pairs, (a, b) => {
        const columns = ['clicks', 'views'];
        const all = [...a, ...b];
        const sum = (f: (pair: readonly [number, number]) => number) => all.reduce((s, pair) => s + f(pair), 0);
        const [clicks, views] = [sum(([x]) => x), sum(([, y]) => y)];
        const r = clicks / views;
        const residuals = sum(([x, y]) => ((x - r * y) / (views / all.length)) ** 2);

        const estimate = ratio(mergeJointMoments(jointMomentsOf(columns, a), jointMomentsOf(columns, b)));

        if (!estimate.estimable) return;
        expect(estimate.value).toBeCloseTo(r, 10);
        expect(estimate.variance).toBeCloseTo(residuals / (all.length - 1) / all.length, 9);
      }),
    );
  });

  it('equals the mean when every denominator is 1', () => {
    const joint = jointMomentsOf(
      ['y', 'one'],
      [
        [1, 1],
        [2, 1],
        [6, 1],
      ],
    );

    const estimate = estimateOf(ratio(joint));

    expect(estimate.value).toBeCloseTo(3, 12);
    expect(estimate.variance).toBeCloseTo(7 / 3, 12);
  });

  it('says when the denominator is 0 or not clearly off 0', () => {
    const zero = jointMomentsOf(
      ['y', 'd'],
      [
        [1, 0],
        [2, 0],
      ],
    );
    const noisy = jointMomentsOf(
      ['y', 'd'],
      [
        [1, 1],
        [2, -1],
        [3, 0.5],
      ],
    );

    expect(ratio(zero)).toMatchObject({ reason: 'ZERO_DENOMINATOR' });
    expect(ratio(noisy)).toMatchObject({ reason: 'DENOMINATOR_NOT_CLEARLY_OFF_ZERO' });
    expect(ratioFiellerInterval(noisy, 0.05)).toMatchObject({ reason: 'DENOMINATOR_NOT_CLEARLY_OFF_ZERO' });
  });

  it("has a Fieller interval whose ends lie one critical value from the estimate's own line", () => {
    const sums = { numeratorSum: 900, numeratorSumOfSquares: 9800, denominatorSum: 300, denominatorSumOfSquares: 1100 };
    const interval = ratioFiellerInterval(ratioMoments({ n: 100, ...sums, productSum: 3100 }), 0.05);

    if (!interval.estimable) throw new Error(interval.detail);
    for (const r of [interval.lower, interval.upper]) {
      const variance = (1700 - 2 * r * 400 + r * r * 200) / 99 / 100;
      expect(Math.abs(9 - r * 3) / Math.sqrt(variance)).toBeCloseTo(1.959963984540054, 9);
    }
  });

  it('refuses moments without a denominator column', () => {
    expect(() => ratio(jointMomentsOf(['y'], [[1]]))).toThrow('moments.columns must start with a numerator');
  });
});

describe('fiellerInterval', () => {
  const input = {
    numerator: 1,
    numeratorVariance: 0.1,
    denominator: 2,
    denominatorVariance: 0.1,
    covariance: 0,
    criticalValue: 1.96,
  };

  it.each([
    ['numerator', Number.NaN],
    ['numeratorVariance', -1],
    ['denominatorVariance', Number.POSITIVE_INFINITY],
    ['criticalValue', 0],
  ])('refuses %s = %p', (field, value) => {
    expect(() => fiellerInterval({ ...input, [field]: value })).toThrow(expect.objectContaining({ field }));
  });
});

describe('quantile', () => {
  // facts: experimentation 3.11, outer-CI levels for n* = 400.
  it.each([
    [0.5, 0.4510009, 0.5489991],
    [0.9, 0.8706005, 0.9293995],
    [0.99, 0.9802493, 0.9997507],
  ])('at %d has the published outer levels for 400 observations', (probability, lower, upper) => {
    expect(quantileLevels(probability, 400)).toMatchObject({
      lower: expect.closeTo(lower, 7),
      upper: expect.closeTo(upper, 7),
    });
  });

  it('is not estimable when a level leaves (0, 1)', () => {
    expect(quantileLevels(0.99, 300)).toMatchObject({ estimable: false, reason: 'TOO_FEW_UNITS' });
  });

  it('has the standard error of a normal median, sigma sqrt(pi / 2 n), from its outer levels', () => {
    const z = [0.5, 0.4510009, 0.5489991].map((p) => normalQuantile(p));
    const reading = { probability: 0.5, quantile: z[0] ?? 0, lowerQuantile: z[1] ?? 0, upperQuantile: z[2] ?? 0 };

    const estimate = estimateOf(unitQuantile({ ...reading, levelSize: 400, levelAlpha: 0.05 }, 400));

    expect(Math.sqrt(estimate.variance)).toBeCloseTo(Math.sqrt(Math.PI / 800), 3);
  });

  it('rescales levels that were made for another size', () => {
    const reading = { probability: 0.5, quantile: 5, lowerQuantile: 4, upperQuantile: 6, levelAlpha: 0.05 };

    const same = estimateOf(unitQuantile({ ...reading, levelSize: 400 }, 400));
    const larger = estimateOf(unitQuantile({ ...reading, levelSize: 400 }, 1600));

    expect(larger.variance).toBeCloseTo(same.variance / 4, 12);
  });

  it('over events takes no extra information from repeated events of a unit', () => {
    const single = Array.from({ length: 400 }, (_, i) => [(i * 7919) % 401]);
    const repeated = single.map(([value]) => [value ?? 0, value ?? 0, value ?? 0, value ?? 0]);

    const independent = estimateOf(clusteredQuantile(single, 0.5));
    const clustered = estimateOf(clusteredQuantile(repeated, 0.5));

    expect(clustered.value).toBe(independent.value);
    expect(Math.sqrt(clustered.variance / independent.variance)).toBeCloseTo(1, 1);
  });

  it('over events needs only moments per unit and four sample quantiles', () => {
    const below = jointMomentsOf(
      ['below', 'events'],
      Array.from({ length: 100 }, (_, i) => [i % 2 === 0 ? 4 : 0, 4]),
    );
    const reading = { probability: 0.5, quantile: 10, lowerQuantile: 9, upperQuantile: 11 };

    const estimate = estimateOf(eventQuantile({ ...reading, levelSize: 400, levelAlpha: 0.05 }, below));

    const independentError = 2 / (2 * 1.959963984540054);
    const clusterVariance = (0.25 * 100) / 99 / 100;
    expect(estimate.variance).toBeCloseTo(independentError ** 2 * (clusterVariance / (0.25 / 400)), 10);
    expect(estimate.n).toBe(100);
  });

  it('says when too many ties leave no spread', () => {
    const reading = {
      probability: 0.5,
      quantile: 0,
      lowerQuantile: 0,
      upperQuantile: 0,
      levelSize: 400,
      levelAlpha: 0.05,
    };

    expect(unitQuantile(reading, 400)).toMatchObject({ reason: 'ZERO_VARIANCE' });
  });

  it('refuses quantiles that do not ascend', () => {
    const reading = {
      probability: 0.5,
      quantile: 3,
      lowerQuantile: 4,
      upperQuantile: 5,
      levelSize: 400,
      levelAlpha: 0.05,
    };

    expect(() => unitQuantile(reading, 400)).toThrow('lowerQuantile must be at most quantile = 3, got 4.');
  });

  it('of a sample is the first value that enough of the sample does not exceed', () => {
    expect([0.25, 0.26, 0.5, 0.99].map((p) => sampleQuantile([10, 20, 30, 40], p))).toEqual([10, 20, 20, 40]);
    expect(() => sampleQuantile([], 0.5)).toThrow('ascending.length must be at least 1, got 0.');
    expect(clusteredQuantile([], 0.5)).toMatchObject({ reason: 'TOO_FEW_UNITS' });
  });
});

describe('winsorized metric', () => {
  it('has the moments of the capped values', () => {
    fc.assert(
      fc.property(values, (raw) => {
        const caps = { lower: 10, upper: 60 };
        const within = raw.filter((value) => value >= 10 && value <= 60);

        const moments = winsorizedMoments(
          {
            within: momentsOf(within),
            below: raw.filter((value) => value < 10).length,
            above: raw.filter((value) => value > 60).length,
          },
          caps,
        );

        expect(moments).toEqual(momentsOf(raw.map((value) => winsorize(value, caps))));
      }),
    );
  });

  it('refuses counts beyond an open side, negative counts, crossed caps and values outside the caps', () => {
    const within = momentsOf([1, 2]);

    expect(() => winsorizedMoments({ within, below: 1, above: 0 }, { lower: null, upper: 5 })).toThrow(
      'below must be 0',
    );
    expect(() => winsorizedMoments({ within, below: 0, above: -1 }, { lower: 0, upper: 5 })).toThrow('above must be');
    expect(() => winsorizedMoments({ within, below: 0, above: 0 }, { lower: 6, upper: 5 })).toThrow('caps.lower');
    expect(() => winsorizedMoments({ within, below: 0, above: 1 }, { lower: 0, upper: 1 })).toThrow('within.sum');
  });
});
