import { describe, expect, it } from '@jest/globals';

import { mean, pairArms, proportion, proportionMoments } from '../estimators/index.js';
import { jointMomentsOf, momentsOf } from '../moments/index.js';
import type { Moments } from '../moments/index.js';
import type { Estimable, Outcome } from '../result/index.js';
import {
  covariateImbalance,
  goodnessOfFit,
  heterogeneity,
  interaction,
  multipleExposure,
  novelty,
  srm,
  srmByStratum,
} from './index.js';

function must<T extends Estimable>(outcome: Outcome<T>): T {
  if (!outcome.estimable) throw new Error(outcome.detail);
  return outcome;
}

describe('goodnessOfFit', () => {
  it('answers for a few units too', () => {
    const fit = goodnessOfFit([3, 1], [1, 1]);

    expect(fit).toMatchObject({ statistic: 1, degreesOfFreedom: 1, expected: [2, 2] });
    expect(fit.pValue).toBeCloseTo(0.317311, 6);
  });

  it('finds that no units fit any weights', () => {
    expect(goodnessOfFit([0, 0], [9, 1])).toMatchObject({ statistic: 0, pValue: 1 });
  });
});

describe('srm', () => {
  // facts: experimentation 3.6 (Kohavi, Tang & Xu; Vermeer; Statsig documentation).
  it.each([
    [[821588, 815482], [1, 1], 22.774369, 1.8218e-6],
    [[502, 498], [1, 1], 0.016, 0.899343],
    [[600, 400], [1, 1], 40, 2.5396e-10],
    [[5000, 5200], [1, 1], 3.921569, 0.04767],
    [[1003000, 997000], [1, 1], 18, 2.209e-5],
    [[166080, 171180, 166300], [1, 1, 1], 99.040432, 3.1163e-22],
    [[90300, 9700], [9, 1], 10, 0.0015654],
  ])('of %j at weights %j has chi-square %d and p = %d', (counts, weights, statistic, pValue) => {
    const result = must(srm(counts, weights));

    expect(result.statistic).toBeCloseTo(statistic, 6);
    expect(result.pValue / pValue).toBeCloseTo(1, 4);
    expect(result.hasMismatch).toBe(pValue <= 0.001);
  });

  it('tells the direction and size of the deviation', () => {
    expect(must(srm([600, 400], [0.5, 0.5]))).toMatchObject({ expected: [500, 500], shareDeviations: [0.1, -0.1] });
  });

  it('is not estimable while an arm expects fewer than 5 units', () => {
    expect(srm([0, 0], [1, 1])).toMatchObject({ reason: 'EXPECTED_COUNT_TOO_SMALL' });
    expect(srm([30, 9], [9, 1])).toMatchObject({ reason: 'EXPECTED_COUNT_TOO_SMALL' });
  });

  it.each([
    ['counts[0]', [-1, 5], [1, 1], 0.001],
    ['counts[1]', [1, Number.NaN], [1, 1], 0.001],
    ['weights[1]', [10, 10], [1, 0], 0.001],
    ['weights.length', [10, 10], [1], 0.001],
    ['counts.length', [10], [1], 0.001],
    ['alpha', [10, 10], [1, 1], 1],
  ])('refuses %s', (field, counts, weights, alpha) => {
    expect(() => srm(counts, weights, alpha)).toThrow(expect.objectContaining({ field }));
  });

  it('per stratum corrects for the number of strata that can be tested', () => {
    const strata = [
      { key: 'SE', counts: [600, 400] },
      { key: 'NO', counts: [5000, 5200] },
      { key: 'IS', counts: [2, 1] },
    ];

    const results = srmByStratum(strata, [1, 1], { alpha: 0.05 });

    expect(results.map(({ key, hasMismatch }) => [key, hasMismatch])).toEqual([
      ['SE', true],
      ['NO', true],
      ['IS', false],
    ]);
    expect(results.map(({ adjustedPValue }) => adjustedPValue)).toEqual([
      expect.closeTo(2 * 2.5396e-10, 13),
      expect.closeTo(0.04767, 5),
      null,
    ]);
    expect(srmByStratum([{ key: 'IS', counts: [2, 1] }], [1, 1])[0]?.result).toMatchObject({ estimable: false });
  });
});

describe('covariateImbalance', () => {
  it('of two arms is the squared z statistic', () => {
    const arms = [momentsOf([1, 2, 3, 4]), momentsOf([2, 4, 6, 8])];

    const [result] = covariateImbalance([{ key: 'before', arms }]);

    const z2 = (5 - 2.5) ** 2 / (5 / 3 / 4 + 20 / 3 / 4);
    expect(result?.result).toMatchObject({ statistic: expect.closeTo(z2, 10), degreesOfFreedom: 1, means: [2.5, 5] });
  });

  it('corrects for the number of covariates and names the one that differs', () => {
    const same: readonly Moments[] = [proportionMoments(500, 1000), proportionMoments(505, 1000)];
    const other: readonly Moments[] = [proportionMoments(500, 1000), proportionMoments(600, 1000)];

    const results = covariateImbalance([
      { key: 'same', arms: same },
      { key: 'other', arms: other },
      { key: 'constant', arms: [momentsOf([1, 1]), momentsOf([1, 1])] },
    ]);

    expect(results).toMatchObject([
      { key: 'same', result: { isImbalanced: false } },
      { key: 'other', result: { isImbalanced: true } },
      { key: 'constant', result: { estimable: false, reason: 'ZERO_VARIANCE' } },
    ]);
    const otherResult = results[1]?.result;
    expect(otherResult?.estimable && otherResult.adjustedPValue / otherResult.pValue).toBeCloseTo(2, 10);
  });

  it('refuses a single arm', () => {
    expect(() => covariateImbalance([{ key: 'x', arms: [momentsOf([1, 2])] }])).toThrow(
      'x.arms.length must be at least 2',
    );
  });
});

describe('multipleExposure', () => {
  it('tells a share that is the same in both arms from one that is not', () => {
    const even = must(
      multipleExposure([
        { arm: 'control', units: 1000, alsoOther: 30 },
        { arm: 'treatment', units: 1000, alsoOther: 31 },
      ]),
    );
    const uneven = must(
      multipleExposure([
        { arm: 'control', units: 10_000, alsoOther: 20 },
        { arm: 'treatment', units: 10_000, alsoOther: 80 },
      ]),
    );

    expect(even).toMatchObject({ isShareTooHigh: true, asymmetry: { isAsymmetric: false } });
    expect(uneven).toMatchObject({ isShareTooHigh: false, share: 0.005, asymmetry: { isAsymmetric: true } });
    expect(must(uneven.asymmetry).statistic).toBeCloseTo((2 * 30 ** 2) / (50 * 0.995), 10);
  });

  it('reports the share even when there are too few such units to compare', () => {
    const arms = [
      { arm: 'control', units: 100, alsoOther: 1 },
      { arm: 'treatment', units: 100, alsoOther: 0 },
    ];

    expect(must(multipleExposure(arms))).toMatchObject({
      share: 0.005,
      sharesByArm: [0.01, 0],
      asymmetry: { reason: 'EXPECTED_COUNT_TOO_SMALL' },
    });
    expect(multipleExposure(arms.map((arm) => ({ ...arm, units: 0, alsoOther: 0 })))).toMatchObject({
      reason: 'TOO_FEW_UNITS',
    });
    expect(() => multipleExposure(arms.map((arm) => ({ ...arm, alsoOther: 101 })))).toThrow(
      'control.alsoOther must be',
    );
  });
});

describe('novelty', () => {
  const days = ['day 0', 'day 1', 'day 2', 'day 3'];
  const noise = (i: number, day: number) => ((i * 31 + day * 17) % 7) - 3;
  const rows = (effects: readonly number[]) =>
    Array.from({ length: 300 }, (_, i) => effects.map((effect, day) => 10 + (i % 5) + effect + noise(i, day)));

  it('finds an effect that wears off, with its slope', () => {
    const result = must(novelty(jointMomentsOf(days, rows([0, 0, 0, 0])), jointMomentsOf(days, rows([3, 2, 1, 0]))));

    expect(result.isChanging).toBe(true);
    expect(result.trend.estimate).toBeCloseTo(-1, 10);
    expect(result.days.map(({ effect }) => must(effect).estimate)).toEqual(
      [3, 2, 1, 0].map((d) => expect.closeTo(d, 10)),
    );
  });

  it('leaves a steady effect alone', () => {
    const result = must(novelty(jointMomentsOf(days, rows([0, 0, 0, 0])), jointMomentsOf(days, rows([2, 2, 2, 2]))));

    expect(result.isChanging).toBe(false);
    expect(result.days.every(({ interval }) => (interval?.lower ?? 0) > 0)).toBe(true);
  });

  it('counts the dependence between the days of a unit', () => {
    const level = Array.from({ length: 100 }, (_, i) => [100 * (i % 10) + noise(i, 0), 100 * (i % 10) + noise(i, 1)]);
    const joint = jointMomentsOf(['a', 'b'], level);

    const { trend } = must(novelty(joint, joint));

    expect(trend.standardError).toBeLessThan(1);
  });

  it('refuses a single day and arms with different days', () => {
    expect(() => novelty(jointMomentsOf(['a'], []), jointMomentsOf(['a'], []))).toThrow('hold at least two days');
    expect(() => novelty(jointMomentsOf(['a', 'b'], []), jointMomentsOf(['a', 'c'], []))).toThrow('treatment.columns');
    expect(novelty(jointMomentsOf(['a', 'b'], []), jointMomentsOf(['a', 'b'], []))).toMatchObject({
      reason: 'TOO_FEW_UNITS',
    });
  });
});

describe('interaction', () => {
  const cell = (successes: number) => proportion(proportionMoments(successes, 1000));

  it('is the difference of the differences with the variance of four cells', () => {
    const result = must(
      interaction({
        controlControl: cell(100),
        controlTreatment: cell(120),
        treatmentControl: cell(110),
        treatmentTreatment: cell(200),
      }),
    );

    const variance = [0.1, 0.12, 0.11, 0.2].reduce((sum, share) => sum + (share * (1 - share)) / 1000, 0);
    expect(result.estimate).toBeCloseTo(0.07, 12);
    expect(result.standardError).toBeCloseTo(Math.sqrt(variance), 12);
    expect(result).toMatchObject({ controlValue: expect.closeTo(0.02, 12), treatmentValue: expect.closeTo(0.09, 12) });
    expect(result.significant).toBe(true);
  });

  it('names nothing when a cell has too few units', () => {
    const cells = { controlControl: cell(1), controlTreatment: cell(1), treatmentControl: cell(1) };

    expect(interaction({ ...cells, treatmentTreatment: mean({ n: 1, sum: 1, sumOfSquares: 1 }) })).toMatchObject({
      reason: 'TOO_FEW_UNITS',
    });
  });
});

describe('heterogeneity', () => {
  const segment = (key: string, control: number, treatment: number, n = 2000) => ({
    key,
    pair: pairArms(proportion(proportionMoments(control, n)), proportion(proportionMoments(treatment, n))),
  });

  it('finds the segment with its own effect', () => {
    const result = heterogeneity([segment('a', 400, 420), segment('b', 400, 415), segment('c', 400, 600)]);

    expect(must(result.homogeneity).pValue).toBeLessThan(0.001);
    expect(result.segments.find(({ key }) => key === 'c')).toMatchObject({ differs: true });
    const c = must(result.segments[2]?.againstRest ?? { estimable: false, reason: 'NO_INFORMATION', detail: '' });
    expect(c.estimate).toBeCloseTo(0.1 - (0.01 + 0.0075) / 2, 10);
  });

  it('finds none when the effects are alike', () => {
    const result = heterogeneity([segment('a', 400, 420), segment('b', 300, 321), segment('c', 500, 519)]);

    expect(must(result.homogeneity).pValue).toBeGreaterThan(0.9);
    expect(result.segments.some(({ differs }) => differs)).toBe(false);
  });

  it("with two segments gives Cochran's Q as the squared z of their difference", () => {
    const result = heterogeneity([segment('a', 400, 420), segment('b', 400, 480)]);
    const [a, b] = result.segments.map(({ effect }) => must(effect));
    if (!a || !b) throw new Error('two segments');

    const z2 = (a.estimate - b.estimate) ** 2 / (a.standardError ** 2 + b.standardError ** 2);
    expect(must(result.homogeneity).statistic).toBeCloseTo(z2, 10);
  });

  it('leaves out a segment that is not estimable and says why', () => {
    const result = heterogeneity([segment('a', 400, 420), segment('b', 400, 415), segment('tiny', 0, 0, 1)]);

    expect(result.segments[2]).toMatchObject({ againstRest: { reason: 'TOO_FEW_UNITS' }, adjustedPValue: null });
    expect(result.homogeneity).toMatchObject({ degreesOfFreedom: 1 });
  });

  it('refuses a single segment and repeated keys', () => {
    expect(() => heterogeneity([segment('a', 1, 2)])).toThrow('segments.length must be at least 2');
    expect(() => heterogeneity([segment('a', 1, 2), segment('a', 1, 2)])).toThrow('segments must hold each key once');
  });
});
