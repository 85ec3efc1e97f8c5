import { describe, expect, it } from '@jest/globals';

import { confidenceSequence, confidenceSequenceMultiplier } from './asymptotic-confidence-sequence.js';
import { mixtureSprt } from './mixture-sprt.js';

describe('confidenceSequence', () => {
  // GrowthBook's tuning at 5,000 (first) and Eppo's at 10,000 (second): the same function of sample size.
  it.each([
    [1000, 3.363888, 3.855055],
    [5000, 3.035209, 3.083569],
    [100_000, 3.336858, 3.241723],
  ])('has the half-widths of GrowthBook and Eppo at %d units', (sampleSize, at5000, at10000) => {
    const multiplier = (tunedAt: number) =>
      confidenceSequenceMultiplier({ alpha: 0.05, sides: 'two', tunedAt }, sampleSize);

    expect(multiplier(5000)).toBeCloseTo(at5000, 6);
    expect(multiplier(10_000)).toBeCloseTo(at10000, 6);
  });

  // packages/stats/tests of GrowthBook, sequential proportion test, N* = 5000.
  it('reproduces the interval of a GrowthBook test', () => {
    const readout = confidenceSequence(
      { effect: 0.50386, standardError: 0.03386, sampleSize: 6461 },
      { alpha: 0.05, sides: 'two', tunedAt: 5000 },
    );

    expect(readout.lower).toBeCloseTo(0.40098, 4);
    expect(readout.upper).toBeCloseTo(0.60675, 4);
    expect(readout.pValue).toBeLessThan(1e-5);
  });

  it.each(['one', 'two'] as const)('has a p-value of alpha when the %s-sided bound touches 0', (sides) => {
    const options = { alpha: 0.05, sides, tunedAt: 4000 };
    const effect = 0.01 * confidenceSequenceMultiplier(options, 2500);

    const readout = confidenceSequence({ effect, standardError: 0.01, sampleSize: 2500 }, options);

    expect(readout.lower).toBeCloseTo(0, 12);
    expect(readout.pValue).toBeCloseTo(0.05, 10);
  });

  it('is narrower on its side when one-sided', () => {
    const twoSided = confidenceSequenceMultiplier({ alpha: 0.05, sides: 'two', tunedAt: 1000 }, 1000);

    expect(confidenceSequenceMultiplier({ alpha: 0.05, sides: 'one', tunedAt: 1000 }, 1000)).toBeLessThan(twoSided);
  });

  it('says nothing against an effect on the other side when one-sided', () => {
    const options = { alpha: 0.05, sides: 'one', tunedAt: 1000 } as const;

    const readout = confidenceSequence({ effect: -3, standardError: 0.1, sampleSize: 1000 }, options);

    expect(readout).toMatchObject({ pValue: 1, upper: null });
  });

  it('gives a p-value of 0 and no infinity for an overwhelming effect', () => {
    const readout = confidenceSequence(
      { effect: 1e6, standardError: 1e-6, sampleSize: 1e9 },
      { alpha: 0.05, sides: 'one', tunedAt: 1000 },
    );

    expect(readout.pValue).toBe(0);
    expect(Number.isFinite(readout.lower)).toBe(true);
  });

  it.each([
    [{ effect: Number.NaN }, 'effect'],
    [{ standardError: 0 }, 'standardError'],
    [{ standardError: Number.NaN }, 'standardError'],
    [{ sampleSize: 0 }, 'sampleSize'],
  ])('refuses the estimate %o', (change, field) => {
    const estimate = { effect: 0.1, standardError: 0.1, sampleSize: 100, ...change };

    expect(() => confidenceSequence(estimate, { alpha: 0.05, sides: 'two', tunedAt: 100 })).toThrow(
      expect.objectContaining({ field }),
    );
  });

  it.each([
    [{ alpha: 0 }, 'alpha'],
    [{ alpha: 1.2 }, 'alpha'],
    [{ alpha: 0.5, sides: 'one' as const }, 'alpha'],
    [{ tunedAt: 0 }, 'tunedAt'],
  ])('refuses the options %o', (change, field) => {
    const options = { alpha: 0.05, sides: 'two' as 'one' | 'two', tunedAt: 100, ...change };

    expect(() => confidenceSequence({ effect: 0.1, standardError: 0.1, sampleSize: 100 }, options)).toThrow(
      expect.objectContaining({ field }),
    );
  });
});

it.each([
  [{ effect: 1e200, standardError: 1 }],
  [{ effect: 1, standardError: 1e-200 }],
  [{ effect: 1e308, standardError: 1e308 }],
])('refuses %o, which leaves the range of numbers, rather than giving infinity', (estimate) => {
  expect(() => mixtureSprt(estimate, { alpha: 0.05, mixtureVariance: 1 })).toThrow('must be a finite number');
});

describe('mixtureSprt', () => {
  const options = { alpha: 0.05, mixtureVariance: 1e-4 };
  const standardError = Math.sqrt(2e-4);

  // Johari, Koomen, Pekelis & Walsh (2022), evaluated independently.
  it.each([
    [0.02, 1.139513, 0.877568],
    [0.06, 16.399772, 0.060976],
  ])('has likelihood ratio and p-value for an effect of %d', (effect, likelihoodRatio, pValue) => {
    const readout = mixtureSprt({ effect, standardError }, options);

    expect(Math.exp(readout.logLikelihoodRatio)).toBeCloseTo(likelihoodRatio, 6);
    expect(readout.pValue).toBeCloseTo(pValue, 6);
  });

  it('never raises its p-value', () => {
    expect(mixtureSprt({ effect: 0, standardError }, { ...options, previousPValue: 0.03 }).pValue).toBe(0.03);
  });

  it('is the confidence sequence with the mixture on another scale', () => {
    const tuned = { alpha: 0.05, sides: 'two', tunedAt: 5000 } as const;
    const sequence = confidenceSequence({ effect: 0.1, standardError: 0.04, sampleSize: 3000 }, tuned);
    const logTerm = -2 * Math.log(0.05);
    const mixtureVariance = 0.04 ** 2 * 3000 * ((logTerm + Math.log1p(logTerm)) / 5000);

    const readout = mixtureSprt({ effect: 0.1, standardError: 0.04 }, { alpha: 0.05, mixtureVariance });

    expect(readout.lower).toBeCloseTo(sequence.lower, 12);
    expect(readout.pValue).toBeCloseTo(sequence.pValue, 12);
  });

  it.each([
    [{ mixtureVariance: 0 }, 'mixtureVariance'],
    [{ alpha: 2 }, 'alpha'],
    [{ previousPValue: 1.5 }, 'previousPValue'],
  ])('refuses the options %o', (change, field) => {
    expect(() => mixtureSprt({ effect: 0.1, standardError: 0.1 }, { ...options, ...change })).toThrow(
      expect.objectContaining({ field }),
    );
  });
});
