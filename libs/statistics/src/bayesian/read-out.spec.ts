import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { pairArms, proportion, proportionMoments, relativeDifference } from '../estimators/index.js';
import type { EffectEstimate } from '../estimators/index.js';
import { bayesianReadOut } from './read-out.js';
import type { BayesianOptions, BayesianReadOut } from './read-out.js';

function effect(estimate: number, standardError: number): EffectEstimate {
  const value = {
    scale: 'absolute',
    degreesOfFreedom: 100,
    n: 102,
    controlValue: 0,
    treatmentValue: estimate,
  } as const;
  return { ...value, estimable: true, estimate, standardError };
}

function readOut(estimate: number, standardError: number, options: BayesianOptions = {}): BayesianReadOut {
  const outcome = bayesianReadOut(effect(estimate, standardError), options);
  if (!outcome.estimable) throw new Error(outcome.detail);
  return outcome;
}

describe('bayesianReadOut', () => {
  // GrowthBook gbstats, flat prior on relative proportions 49/100 and 51/100; facts: experimentation 3.1 A8.
  it('agrees with the published read-out of two proportions', () => {
    const [control, treatment] = [49, 51].map((successes) => proportion(proportionMoments(successes, 100)));
    if (!control || !treatment) throw new Error('two arms');

    expect(bayesianReadOut(relativeDifference(pairArms(control, treatment)))).toMatchObject({
      mean: expect.closeTo(0.04082, 5),
      standardDeviation: expect.closeTo(0.14725, 5),
      interval: { lower: expect.closeTo(-0.24779, 5), upper: expect.closeTo(0.32943, 5) },
      probabilityToBeBetter: expect.closeTo(0.60918, 5),
      expectedLoss: { control: expect.closeTo(0.0814, 5), treatment: expect.closeTo(0.04058, 5) },
    });
  });

  it('averages data and prior by their precision', () => {
    const { mean, standardDeviation } = readOut(4, 2, { prior: { mean: 1, standardDeviation: 1 } });

    expect(mean).toBeCloseTo((4 / 4 + 1) / (1 / 4 + 1), 12);
    expect(standardDeviation ** 2).toBeCloseTo(1 / (1 / 4 + 1), 12);
  });

  it('meets the flat prior as the prior widens', () => {
    const flat = readOut(0.3, 0.2);
    const wide = readOut(0.3, 0.2, { prior: { mean: 5, standardDeviation: 1e9 } });

    expect(wide.probabilityToBeBetter).toBeCloseTo(flat.probabilityToBeBetter, 9);
    expect(wide.expectedLoss.treatment).toBeCloseTo(flat.expectedLoss.treatment, 9);
  });

  it('mirrors when a decrease is good', () => {
    const up = readOut(0.3, 0.2);
    const down = readOut(-0.3, 0.2, { preferred: 'decrease' });

    expect(down.probabilityToBeBetter).toBe(up.probabilityToBeBetter);
    expect(down.expectedLoss).toEqual(up.expectedLoss);
  });

  it('loses by the two choices as much as the effect is worth between them', () => {
    const size = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(size, fc.double({ min: 0.1, max: 5, noNaN: true }), (estimate, standardError) => {
        const { expectedLoss, mean } = readOut(estimate, standardError, { prior: { mean: 0, standardDeviation: 1 } });

        expect(expectedLoss.control - expectedLoss.treatment).toBeCloseTo(mean, 9);
        expect(expectedLoss.treatment).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('passes on an effect that is not estimable and refuses priors without spread', () => {
    const missing = { estimable: false, reason: 'TOO_FEW_UNITS', detail: 'none' } as const;

    expect(bayesianReadOut(missing)).toBe(missing);
    expect(() => readOut(1, 1, { prior: { mean: 0, standardDeviation: 0 } })).toThrow(
      'prior.standardDeviation must be',
    );
    expect(() => readOut(1, 1, { prior: { mean: Number.NaN, standardDeviation: 1 } })).toThrow('prior.mean must be');
    expect(() => readOut(1, 1, { alpha: 0 })).toThrow('alpha must lie strictly between 0 and 1');
  });
});
