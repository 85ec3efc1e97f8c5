import { describe, expect, it } from '@jest/globals';

import { sequentialSampleRatio } from './sequential-sample-ratio.js';

describe('sequentialSampleRatio', () => {
  // With a uniform prior the Bayes factor is x! y! / (n + 1)! * 2^n: one unit in each of two arms gives 4 / 6.
  it('is the beta-binomial Bayes factor for two arms', () => {
    const readout = sequentialSampleRatio([1, 1], [1, 1], { alpha: 0.001, concentration: 2 });

    expect(Math.exp(readout.logBayesFactor)).toBeCloseTo(4 / 6, 12);
  });

  it('multiplies predictive probabilities of units as they come', () => {
    const arrivals = [0, 2, 1, 1, 0, 2, 2, 2];
    const shares = [0.5, 0.3, 0.2];
    const counts = [0, 0, 0];
    let product = 1;
    for (const [seen, arm] of arrivals.entries()) {
      const share = shares[arm] ?? 0;
      product *= (20 * share + (counts[arm] ?? 0)) / (20 + seen) / share;
      counts[arm] = (counts[arm] ?? 0) + 1;
    }

    const readout = sequentialSampleRatio(counts, shares, { alpha: 0.001, concentration: 20 });

    expect(Math.exp(readout.logBayesFactor)).toBeCloseTo(product, 10);
  });

  // The gamma functions of the definition in 60 digits, by mpmath.
  it.each([
    [[1, 1], [1, 1], -9.999500033330834e-5],
    [[10, 300], [1, 9], 0.232976158967953],
    [[821588, 815482], [1, 1], 8.765972292410426],
    [[50000200000, 49999800000], [1, 1], -7.259072955466474],
    [[2000000000000000, 2000000000000000], [1, 1], -13.3573901920284],
    [[2000000100000000, 1999999900000000], [1, 1], -8.3573901920409],
    [[900000000000000, 50000000000000, 50000010000000], [18, 1, 1], -24.378770443668795],
    [[0, 5], [1, 1], 0.0009995502332006639],
    [[3000, 1], [1, 3000], 17019.892955242],
  ])('is right for %j in shares %j', (counts, shares, expected) => {
    const { logBayesFactor } = sequentialSampleRatio(counts, shares, { alpha: 0.001 });

    expect(logBayesFactor / expected).toBeCloseTo(1, 9);
  });

  it('raises no alarm over 4e15 units in the planned shares', () => {
    expect(sequentialSampleRatio([2e15, 2e15], [1, 1], { alpha: 0.001 })).toMatchObject({
      pValue: 1,
      verdict: 'consistent',
    });
  });

  // Counts of Kohavi, Tang & Xu (2020), chapter 3.
  it('finds the mismatch of the book example', () => {
    expect(sequentialSampleRatio([821_588, 815_482], [1, 1], { alpha: 0.001 }).verdict).toBe('mismatch');
  });

  it('accepts 502 to 498', () => {
    expect(sequentialSampleRatio([502, 498], [0.5, 0.5], { alpha: 0.001 })).toMatchObject({
      pValue: 1,
      verdict: 'consistent',
    });
  });

  it('never takes an alarm back', () => {
    const options = { alpha: 0.001, previousPValue: 0.0002 };

    expect(sequentialSampleRatio([500, 500], [1, 1], options)).toMatchObject({ pValue: 0.0002, verdict: 'mismatch' });
  });

  it('knows nothing before the first unit', () => {
    expect(sequentialSampleRatio([0, 0], [1, 1], { alpha: 0.001 }).pValue).toBe(1);
  });

  it.each([
    [[-1, 2], [1, 1], 'counts[0]'],
    [[1.5, 2], [1, 1], 'counts[0]'],
    [[1, Number.NaN], [1, 1], 'counts[1]'],
    [[1], [1], 'counts.length'],
    [[1, 2], [1], 'shares.length'],
    [[1, 2], [1, 0], 'shares[1]'],
  ])('refuses counts %o with shares %o', (counts, shares, field) => {
    expect(() => sequentialSampleRatio(counts, shares, { alpha: 0.001 })).toThrow(expect.objectContaining({ field }));
  });

  it.each([
    [{ alpha: 1 }, 'alpha'],
    [{ alpha: 0.001, concentration: 0 }, 'concentration'],
    [{ alpha: 0.001, previousPValue: -0.1 }, 'previousPValue'],
  ])('refuses the options %o', (options, field) => {
    expect(() => sequentialSampleRatio([1, 2], [1, 1], options)).toThrow(expect.objectContaining({ field }));
  });
});
