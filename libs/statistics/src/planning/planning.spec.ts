import { describe, expect, it } from '@jest/globals';

import { addLook, exitProbabilities, startGroupSequential } from '../sequential/index.js';

import {
  conditionalPower,
  groupSequentialConditionalPower,
  groupSequentialPredictivePower,
  predictivePower,
} from './conditional-power.js';
import { daysToReach } from './duration.js';
import { optimalShares } from './optimal-shares.js';
import { proportionSampleSize } from './proportion-sample-size.js';
import { meanUnitVariance, ratioUnitVariance, reducedUnitVariance, relativeUnitVariance } from './unit-variance.js';

const halves = { control: 0.5, treatment: 0.5 };

describe('proportionSampleSize', () => {
  const common = { alpha: 0.05, sides: 'two', power: 0.8 } as const;

  // Evan Miller's calculator shows these rounded.
  it.each([
    [0.2, 0.05, 1030.22],
    [0.2, 0.01, 25255.09],
    [0.1, 0.02, 3622.62],
    [0.05, 0.005, 30244.4],
    [0.03, 0.003, 51486.46],
  ])('is that of Evan Miller for %d + %d', (baseline, effect, expected) => {
    expect(proportionSampleSize({ ...common, baseline, effect, nullVariance: 'baseline' })).toBeCloseTo(expected, 1);
  });

  it.each([
    [0.2, 0.05, 1093.74],
    [0.1, 0.01, 14750.79],
    [0.34, 0.1, 372.27],
    [0.34, 0.003, 392229.6],
  ])('is the textbook value with pooled variance for %d + %d', (baseline, effect, expected) => {
    expect(proportionSampleSize({ ...common, baseline, effect, nullVariance: 'pooled' })).toBeCloseTo(expected, 1);
  });

  it.each([
    [0.2, 0.05, 1090.99],
    [0.1, 0.01, 14748.05],
  ])('is the textbook value with unpooled variance for %d + %d', (baseline, effect, expected) => {
    expect(proportionSampleSize({ ...common, baseline, effect, nullVariance: 'unpooled' })).toBeCloseTo(expected, 2);
  });

  it.each([
    [{ baseline: 0 }, 'baseline'],
    [{ baseline: 0.9, effect: 0.1 }, 'baseline + effect'],
    [{ effect: 0 }, 'effect'],
    [{ alpha: -1 }, 'alpha'],
    [{ power: 1 }, 'power'],
  ])('refuses %o', (change, field) => {
    const plan = { ...common, baseline: 0.1, effect: 0.01, nullVariance: 'pooled', ...change } as const;

    expect(() => proportionSampleSize(plan)).toThrow(field);
  });
});

describe('unit variances', () => {
  it('count uneven arms', () => {
    expect(meanUnitVariance({ control: 0.9, treatment: 0.1 }, 9, 4)).toBeCloseTo(50, 12);
  });

  it('take the delta method for a ratio', () => {
    const moments = {
      numeratorMean: 2,
      denominatorMean: 4,
      numeratorVariance: 3,
      denominatorVariance: 5,
      covariance: 1,
    };

    expect(ratioUnitVariance(halves, moments)).toBeCloseTo((4 * (3 - 1 + 1.25)) / 16, 12);
  });

  it('count the noise of the control mean in a relative difference', () => {
    const variance = relativeUnitVariance(halves, -10, 100);

    expect(typeof variance === 'function' && variance(0.1)).toBeCloseTo(2 + 2 * 0.9025, 12);
  });

  it.each([
    [() => meanUnitVariance({ control: 0.7, treatment: 0.5 }, 1), 'sum to at most 1'],
    [() => meanUnitVariance({ control: 0, treatment: 0.5 }, 1), 'shares.control'],
    [() => meanUnitVariance(halves, 0), 'control'],
    [() => meanUnitVariance(halves, Number.NaN), 'control'],
    [() => relativeUnitVariance(halves, 0, 1), 'controlMean'],
    [() => reducedUnitVariance(1, 0), 'factor'],
    [() => reducedUnitVariance(1, 1.1), 'factor'],
    [
      () =>
        ratioUnitVariance(halves, {
          numeratorMean: 1,
          denominatorMean: 1,
          numeratorVariance: 1,
          denominatorVariance: 1,
          covariance: 1.1,
        }),
      'covariance',
    ],
  ])('refuse what can not be (%#)', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('optimalShares', () => {
  it('gives control the square root of the number of treatments', () => {
    const { control, treatments } = optimalShares(1, [1, 1, 1, 1]);

    expect(control / (treatments[0] ?? 0)).toBeCloseTo(2, 12);
    expect(control + treatments.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('is Neyman allocation for one treatment', () => {
    expect(optimalShares(9, [4])).toEqual({ control: 0.6, treatments: [0.4] });
  });

  it('makes all comparisons equally precise, more than any nearby shares', () => {
    const variances = [1, 4, 2];
    const largest = (control: number, treatments: readonly number[]) =>
      Math.max(...variances.map((variance, index) => 3 / control + variance / (treatments[index] ?? 0)));
    const { control, treatments } = optimalShares(3, variances);
    const best = largest(control, treatments);

    for (const moved of [0.99, 1.01]) {
      const rest = treatments.map((share) => (share * (1 - control * moved)) / (1 - control));
      expect(largest(control * moved, rest)).toBeGreaterThan(best);
    }
  });

  it.each([
    [0, [1]],
    [1, []],
    [1, [1, -1]],
  ])('refuses variances %d and %o', (control, treatments) => {
    expect(() => optimalShares(control, treatments)).toThrow('must be');
  });
});

describe('daysToReach', () => {
  it('adds up falling traffic and repeats the last day', () => {
    expect(daysToReach(1000, { newUnitsByDay: [400, 200, 100] })).toBe(6);
  });

  it('waits for the metrics of the last units', () => {
    expect(daysToReach(500, { newUnitsByDay: [500], observationDays: 7 })).toBe(8);
  });

  it.each([
    [[0], 'ever bring'],
    [[], 'ever bring'],
    [[-1], 'newUnitsByDay[0]'],
  ])('refuses traffic %o', (newUnitsByDay, message) => {
    expect(() => daysToReach(10, { newUnitsByDay })).toThrow(message);
  });
});

describe('conditional power', () => {
  const fixed = { kind: 'fixed', alpha: 0.05, sides: 'two' } as const;
  const halfway = { z: 1.5, information: 50, finalInformation: 100 };

  it('is the textbook value on the current trend', () => {
    expect(conditionalPower(fixed, halfway, 1.5 / Math.sqrt(50))).toBeCloseTo(0.590252, 6);
  });

  it('is less extreme when the effect is uncertain', () => {
    const trend = conditionalPower(fixed, { ...halfway, z: 2.2 }, 2.2 / Math.sqrt(50));

    expect(predictivePower(fixed, { ...halfway, z: 2.2 })).toBeLessThan(trend);
  });

  const design = { alpha: 0.05, sides: 'two', spending: { family: 'pocock' }, plannedInformation: 100 } as const;
  const first = addLook(startGroupSequential(design), { information: 30 });

  it('is the fixed one when the last look is the only one to come and holds all alpha', () => {
    const nothingSpent = { ...design, spending: { family: 'power', exponent: 200 } } as const;
    const state = addLook(startGroupSequential(nothingSpent), { information: 50 });

    const power = groupSequentialConditionalPower({ state, z: 1.5, plannedInformations: [100] }, 0.2);

    expect(power).toBeCloseTo(conditionalPower(fixed, halfway, 0.2), 6);
  });

  it('averages to the unconditional power', () => {
    const effect = 0.25;
    const bound = first.looks[0]?.efficacy ?? 0;
    const planned = [60, 100];
    const all = planned.reduce((state, information) => addLook(state, { information }), first).looks;
    const exits = exitProbabilities(
      all.map(({ information, efficacy }) => ({ information, lower: -(efficacy ?? 0), upper: efficacy })),
    )(effect);
    const later = (exits[1]?.above ?? 0) + (exits[2]?.above ?? 0);
    let average = 0;
    const steps = 400;
    const step = (2 * bound) / steps;
    for (let index = 0; index < steps; index += 1) {
      const z = -bound + (index + 0.5) * step;
      const density = Math.exp(-0.5 * (z - effect * Math.sqrt(30)) ** 2) / Math.sqrt(2 * Math.PI);
      average +=
        step * density * groupSequentialConditionalPower({ state: first, z, plannedInformations: planned }, effect);
    }

    expect(average).toBeCloseTo(later, 4);
  });

  it('averages over effects to predictive power, as in the fixed test', () => {
    const nothingSpent = { ...design, spending: { family: 'power', exponent: 200 } } as const;
    const state = addLook(startGroupSequential(nothingSpent), { information: 50 });

    const power = groupSequentialPredictivePower({ state, z: 1.5, plannedInformations: [100] });

    expect(power).toBeCloseTo(predictivePower(fixed, halfway), 6);
  });

  it('is near 0 and near 1 at the extremes', () => {
    const progress = { state: first, plannedInformations: [60, 100] };

    expect(groupSequentialConditionalPower({ ...progress, z: -20 }, 0)).toBeLessThan(1e-9);
    expect(groupSequentialConditionalPower({ ...progress, z: 20 }, 0)).toBeGreaterThan(1 - 1e-9);
  });

  it.each([
    [{ finalInformation: 50 }, 'finalInformation'],
    [{ information: 0 }, 'information'],
    [{ z: Number.NaN }, 'z'],
  ])('refuses progress %o', (change, field) => {
    expect(() => conditionalPower(fixed, { ...halfway, ...change }, 0.1)).toThrow(expect.objectContaining({ field }));
  });

  it('refuses a test with no look to come', () => {
    expect(() => groupSequentialConditionalPower({ state: first, z: 1, plannedInformations: [] }, 0.1)).toThrow(
      'plannedInformations.length',
    );
  });
});
