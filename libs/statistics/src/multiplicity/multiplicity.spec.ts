import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { EffectEstimate } from '../estimators/index.js';
import { adjustPValues, simultaneousIntervals } from './index.js';
import type { MultiplicityMethod, SimultaneousOptions } from './index.js';

const methods: readonly MultiplicityMethod[] = [
  'bonferroni',
  'holm',
  'hochberg',
  'hommel',
  'benjamini-hochberg',
  'benjamini-yekutieli',
];
const family = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });

describe('adjustPValues', () => {
  // GrowthBook packages/shared/test/experiments.test.ts; facts: experimentation 3.1 A14.
  it('gives the published Holm and Benjamini-Hochberg adjustments in input order', () => {
    expect(adjustPValues('holm', [0.01, 0.04, 0.03, 0.005, 0.55, 0.6])).toEqual(
      [0.05, 0.12, 0.12, 0.03, 1, 1].map((p) => expect.closeTo(p, 12)),
    );
    expect(adjustPValues('benjamini-hochberg', [0.898, 0.138, 0.007, 0.964, 0.538, 0.006, 0.138])).toEqual(
      [0.964, 0.2415, 0.0245, 0.964, 0.7532, 0.0245, 0.2415].map((p) => expect.closeTo(p, 12)),
    );
  });

  // Benjamini & Hochberg 1995: 15 p-values; facts: experimentation 3.7.
  it('rejects 4 of the 15 hypotheses of Benjamini and Hochberg, where Bonferroni and Hochberg reject 3', () => {
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
    ];
    const rejected = (method: MultiplicityMethod) => adjustPValues(method, p).filter((value) => value <= 0.05).length;

    expect(rejected('benjamini-hochberg')).toBe(4);
    expect(rejected('bonferroni')).toBe(3);
    expect(rejected('hochberg')).toBe(3);
    expect(adjustPValues('benjamini-hochberg', p)[3]).toBeCloseTo((15 / 4) * 0.0095, 12);
  });

  it('orders the methods by how much they reject', () => {
    fc.assert(
      fc.property(family, (p) => {
        const [bonferroni, holm, hochberg, hommel, bh, by] = methods.map((method) => adjustPValues(method, p));

        p.forEach((_, i) => {
          const at = (list: readonly number[] | undefined) => list?.[i] ?? Number.NaN;
          expect(at(holm)).toBeLessThanOrEqual(at(bonferroni) + 1e-12);
          expect(at(hochberg)).toBeLessThanOrEqual(at(holm) + 1e-12);
          expect(at(hommel)).toBeLessThanOrEqual(at(hochberg) + 1e-12);
          expect(at(bh)).toBeLessThanOrEqual(at(hommel) + 1e-12);
          expect(at(bh)).toBeLessThanOrEqual(at(by) + 1e-12);
        });
      }),
    );
  });

  it('by Holm and Hommel equals the closed test of every intersection', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }), (p) => {
        const simes = (subset: readonly number[]) =>
          Math.min(...[...subset].sort((a, b) => a - b).map((value, i) => (subset.length * value) / (i + 1)));
        const bonferroni = (subset: readonly number[]) => Math.min(1, subset.length * Math.min(...subset));

        expect(adjustPValues('hommel', p)).toEqual(closedTest(p, simes).map((value) => expect.closeTo(value, 10)));
        expect(adjustPValues('holm', p)).toEqual(closedTest(p, bonferroni).map((value) => expect.closeTo(value, 10)));
      }),
    );
  });

  it('leaves a single p-value alone', () => {
    for (const method of methods) expect(adjustPValues(method, [0.03])).toEqual([0.03]);
  });

  it.each([[[]], [[0.1, Number.NaN]], [[1.1]], [[-0.1]]])('refuses the family %j', (p) => {
    expect(() => adjustPValues('holm', p)).toThrow(/^pValues/);
  });
});

describe('simultaneousIntervals', () => {
  const effect = (estimate: number): EffectEstimate => ({
    estimable: true,
    scale: 'absolute',
    estimate,
    standardError: 1,
    degreesOfFreedom: 1000,
    n: 1002,
    controlValue: 0,
    treatmentValue: estimate,
  });
  const z = { alpha: 0.05, reference: 'z' } as const;
  const intervalsOf = (method: MultiplicityMethod, estimates: readonly number[], options: SimultaneousOptions) => {
    const outcome = simultaneousIntervals(method, estimates.map(effect), options);
    return outcome.estimable ? outcome.intervals : outcome.reason;
  };

  it('by Bonferroni use the level alpha / m on both sides', () => {
    const [first] = intervalsOf('bonferroni', [0, 5], { ...z, alternative: 'two-sided' });

    expect(first).toEqual({
      lower: expect.closeTo(-2.241402727604947, 9),
      upper: expect.closeTo(2.241402727604947, 9),
    });
  });

  it('by Holm bound rejected effects by 0 and share alpha among the others', () => {
    const [first, second, third] = intervalsOf('holm', [9, 1, 0], { ...z, alternative: 'increase' });

    expect(first).toEqual({ lower: 0, upper: null });
    expect(second).toEqual({ lower: expect.closeTo(1 - 1.959963984540054, 9), upper: null });
    expect(third).toEqual({ lower: expect.closeTo(-1.959963984540054, 9), upper: null });
  });

  it('by Holm say more than 0 once every effect is rejected', () => {
    const intervals = intervalsOf('holm', [-9, -2], { ...z, alternative: 'decrease' });

    expect(intervals).toEqual([
      { lower: null, upper: expect.closeTo(-9 + 1.959963984540054, 9) },
      { lower: null, upper: expect.closeTo(-2 + 1.959963984540054, 9) },
    ]);
  });

  it('by Benjamini-Hochberg are given for rejected effects at their share of alpha', () => {
    const intervals = intervalsOf('benjamini-hochberg', [4, 5, 0, 0.5], { ...z, alternative: 'two-sided' });

    expect(intervals).toEqual([
      { lower: expect.closeTo(4 - 2.241402727604947, 9), upper: expect.closeTo(4 + 2.241402727604947, 9) },
      { lower: expect.closeTo(5 - 2.241402727604947, 9), upper: expect.closeTo(5 + 2.241402727604947, 9) },
      null,
      null,
    ]);
  });

  it.each(['holm', 'hochberg', 'hommel'] as const)('do not exist for two-sided %s', (method) => {
    expect(intervalsOf(method, [1, 2], { ...z, alternative: 'two-sided' })).toBe('NOT_DEFINED_FOR_METHOD');
  });

  it('refuse an empty family and alpha outside (0, 1)', () => {
    expect(() => simultaneousIntervals('holm', [], { ...z, alternative: 'increase' })).toThrow('effects.length');
    expect(() => simultaneousIntervals('holm', [effect(1)], { alpha: 1, alternative: 'increase' })).toThrow('alpha');
  });
});

/** Oracle: a hypothesis is rejected when every intersection that holds it is (Marcus, Peritz & Gabriel 1976). */
function closedTest(p: readonly number[], test: (subset: readonly number[]) => number): readonly number[] {
  return p.map((_, i) => {
    let largest = 0;
    for (let mask = 1; mask < 2 ** p.length; mask += 1) {
      if ((mask >> i) % 2 === 0) continue;
      largest = Math.max(largest, test(p.filter((__, j) => (mask >> j) % 2 === 1)));
    }
    return largest;
  });
}
