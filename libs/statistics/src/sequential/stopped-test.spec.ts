import { describe, expect, it } from '@jest/globals';

import { normalSurvival } from '../distributions/index.js';

import { addLook, startGroupSequential } from './group-sequential.js';
import type { GroupSequentialState } from './group-sequential.js';
import { judgeLook } from './judge-look.js';
import { informationOf } from './look-estimate.js';
import { repeatedInterval } from './repeated-interval.js';
import { stageWiseReadout } from './stage-wise-readout.js';

const design = { alpha: 0.05, sides: 'two', spending: { family: 'pocock' }, plannedInformation: 100 } as const;
const after = (informations: readonly number[], of: Parameters<typeof startGroupSequential>[0] = design) =>
  informations.reduce((state, information) => addLook(state, { information }), startGroupSequential(of));
/** The readout for a z-value at the last look. */
const readoutOf = (state: GroupSequentialState, z: number) => {
  const standardError = 1 / Math.sqrt(state.looks.at(-1)?.information ?? 1);
  return stageWiseReadout(state, { effect: z * standardError, standardError });
};
const lastLook = (informations: readonly number[]) => {
  const look = after(informations).looks.at(-1);
  if (look === undefined) throw new Error('a look is expected');
  return look;
};

describe('stageWiseReadout', () => {
  it('is the fixed test at the first look', () => {
    const readout = readoutOf(after([25]), 2.7);

    expect(readout.pValue).toBeCloseTo(2 * normalSurvival(2.7), 12);
    expect(readout.medianUnbiasedEstimate).toBeCloseTo(2.7 / 5, 8);
    expect(readout.lower).toBeCloseTo((2.7 - 1.959963985) / 5, 8);
    expect(readout.upper).toBeCloseTo((2.7 + 1.959963985) / 5, 8);
  });

  it('has the alpha spent so far as p-value on the bound', () => {
    const state = after([20, 40, 60]);
    const look = lastLook([20, 40, 60]);

    expect(readoutOf(state, look.efficacy ?? 0).pValue).toBeCloseTo(look.alphaSpent, 9);
  });

  it('ends at alpha on the last bound, with the interval touching 0', () => {
    const informations = [20, 40, 60, 80, 100];
    const readout = readoutOf(after(informations), lastLook(informations).efficacy ?? 0);

    expect(readout.pValue).toBeCloseTo(0.05, 9);
    expect(readout.lower).toBeCloseTo(0, 8);
  });

  it('pulls the estimate of a late stop towards 0', () => {
    const readout = readoutOf(after([20, 40, 60]), 2.6);

    expect(readout.medianUnbiasedEstimate).toBeLessThan(2.6 / Math.sqrt(60));
    expect(readout.medianUnbiasedEstimate).toBeGreaterThan(readout.lower);
  });

  it('mirrors with the sign of z', () => {
    const [positive, negative] = [readoutOf(after([20, 40]), 2.5), readoutOf(after([20, 40]), -2.5)];

    expect(negative.medianUnbiasedEstimate).toBeCloseTo(-positive.medianUnbiasedEstimate, 8);
    expect(negative.upper).toBeCloseTo(-positive.lower, 8);
    expect(negative.pValue).toBeCloseTo(positive.pValue, 9);
  });

  it('bounds a one-sided test from below only', () => {
    const readout = readoutOf(after([20, 40], { ...design, sides: 'one' }), 1.2);

    expect(readout.upper).toBeNull();
    expect(readout.pValue).toBeGreaterThan(normalSurvival(1.2));
  });

  it('reads an effect on its own scale when information counts units', () => {
    const bySize = { ...design, informationScale: 'sample-size', plannedInformation: 1000 } as const;
    const units = stageWiseReadout(after([200, 400], bySize), { effect: 2.5, standardError: 1 });
    const precision = readoutOf(after([20, 40]), 2.5);

    expect(units.pValue).toBeCloseTo(precision.pValue, 12);
    expect(units.medianUnbiasedEstimate).toBeCloseTo(precision.medianUnbiasedEstimate * Math.sqrt(40), 7);
    expect(units.lower).toBeCloseTo(precision.lower * Math.sqrt(40), 7);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses an effect of %d', (effect) => {
    const estimate = { effect, standardError: 1 / Math.sqrt(20) };

    expect(() => stageWiseReadout(after([20]), estimate)).toThrow(expect.objectContaining({ field: 'effect' }));
  });

  it('refuses a standard error of another look', () => {
    expect(() => stageWiseReadout(after([20]), { effect: 0, standardError: 1 })).toThrow(
      expect.objectContaining({ field: 'standardError' }),
    );
  });

  it('refuses a test without a look', () => {
    expect(() => readoutOf(startGroupSequential(design), 1)).toThrow('be at least 1');
  });
});

describe('repeatedInterval', () => {
  it('is as wide as the bound of the look', () => {
    const look = lastLook([20, 40]);
    const interval = repeatedInterval(design, look, { effect: 0.3, standardError: 1 / Math.sqrt(40) });

    expect(interval).toMatchObject({ estimable: true });
    expect(interval.estimable && interval.upper).toBeCloseTo(0.3 + (look.efficacy ?? 0) / Math.sqrt(40), 12);
  });

  it('is not estimable once all alpha is spent', () => {
    const interval = repeatedInterval(design, lastLook([100, 144]), { effect: 0.3, standardError: 1 / 12 });

    expect(interval).toMatchObject({ estimable: false, reason: 'NO_INFORMATION' });
  });

  it('is not defined with binding futility', () => {
    const futility = { beta: 0.2, spending: { family: 'pocock' }, effect: 0.3, binding: 'binding' } as const;
    const oneSided = { ...design, sides: 'one', futility } as const;
    const [first] = after([25], oneSided).looks;

    expect(first && repeatedInterval(oneSided, first, { effect: 0.3, standardError: 0.2 })).toMatchObject({
      estimable: false,
      reason: 'NOT_DEFINED_FOR_METHOD',
    });
  });

  it('takes any standard error when information counts units', () => {
    const bySize = { ...design, informationScale: 'sample-size' } as const;
    const [look] = after([40], bySize).looks;

    expect(look && repeatedInterval(bySize, look, { effect: 0.3, standardError: 2 })).toMatchObject({
      lower: 0.3 - 2 * (look?.efficacy ?? 0),
      upper: 0.3 + 2 * (look?.efficacy ?? 0),
    });
  });

  it('refuses a standard error of another look', () => {
    expect(() => repeatedInterval(design, lastLook([20]), { effect: 0, standardError: 1 })).toThrow(
      expect.objectContaining({ field: 'standardError' }),
    );
  });
});

describe('judgeLook', () => {
  const look = lastLook([50]);

  it.each([
    [2.5, 'effect-above-zero'],
    [-2.5, 'effect-below-zero'],
    [1, 'continue'],
  ])('reads z = %d', (z, verdict) => {
    expect(judgeLook(design, look, z)).toBe(verdict);
  });

  it('ends a test whose last bound was not crossed', () => {
    expect(judgeLook(design, lastLook([50, 100]), 1.9)).toBe('no-effect-shown');
  });

  it('reads futility', () => {
    const futility = { beta: 0.2, spending: { family: 'pocock' }, effect: 0.3, binding: 'non-binding' } as const;
    const oneSided = { ...design, sides: 'one', futility } as const;
    const [first] = after([50], oneSided).looks;

    expect(first && judgeLook(oneSided, first, -1)).toBe('futility');
  });

  it('refuses z that is no number', () => {
    expect(() => judgeLook(design, look, Number.NaN)).toThrow(expect.objectContaining({ field: 'z' }));
  });
});

describe('informationOf', () => {
  it('is the reciprocal of the squared standard error', () => {
    expect(informationOf(0.1)).toBeCloseTo(100, 10);
  });

  it.each([0, -1, Number.NaN, 1e-200])('refuses a standard error of %d', (standardError) => {
    expect(() => informationOf(standardError)).toThrow('must be a finite number above 0');
  });
});
