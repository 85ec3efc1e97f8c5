import { describe, expect, it } from '@jest/globals';

import type { GroupSequentialDesign } from './group-sequential-design.js';
import { addLook, groupSequentialBounds, startGroupSequential } from './group-sequential.js';
import type { GroupSequentialState } from './group-sequential.js';
import type { SpendingFunction } from './spending-function.js';

const obrienFleming: SpendingFunction = { family: 'obrien-fleming' };
const pocock: SpendingFunction = { family: 'pocock' };
const twoSided = { alpha: 0.05, sides: 'two', spending: obrienFleming, plannedInformation: 1 } as const;

const equally = (looks: number) => Array.from({ length: looks }, (_, index) => (index + 1) / looks);
const efficacyOf = (design: GroupSequentialDesign, informations: readonly number[]) =>
  groupSequentialBounds(design, informations).map(({ efficacy }) => efficacy ?? Number.NaN);

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  const largest = Math.max(...actual.map((value, index) => Math.abs(value - (expected[index] ?? Number.NaN))));
  expect(largest).toBeLessThanOrEqual(tolerance);
}

describe('efficacy bounds', () => {
  // Two-sided alpha 0.05, equally spaced looks; values of ldbounds 2.0 and gsDesign 3 (sfLDOF, sfLDPocock).
  it.each([
    [obrienFleming, [2.962588, 1.968596]],
    [obrienFleming, [3.710303, 2.511427, 1.993047]],
    [obrienFleming, [4.876885, 3.357012, 2.68028, 2.289817, 2.031032]],
    [pocock, [2.156999, 2.200977]],
    [pocock, [2.279428, 2.294911, 2.295938]],
    [pocock, [2.437977, 2.426814, 2.410194, 2.396645, 2.385985]],
  ])('match ldbounds and gsDesign for %o', (spending, expected) => {
    expectClose(efficacyOf({ ...twoSided, spending }, equally(expected.length)), expected, 1e-6);
  });

  it("match the README of SeqBounds.jl for a one-sided O'Brien-Fleming type", () => {
    const design = { ...twoSided, sides: 'one' } as const;

    expectClose(efficacyOf(design, [0.25, 0.5, 0.75, 1]), [3.749552, 2.539943, 2.01607, 1.720177], 1e-6);
  });

  it('match rpact 3.3 for Kim-DeMets spending with uneven looks (its own beta spending test file)', () => {
    const design = { ...twoSided, spending: { family: 'power', exponent: 2.5 } } as const;
    const looks = groupSequentialBounds(design, [0.3, 0.4, 0.8, 1]);

    expectClose(
      looks.map(({ efficacy }) => efficacy ?? Number.NaN),
      [3.0276355, 2.8984727, 2.2289649, 2.0639032],
      1e-6,
    );
    expectClose(
      looks.map(({ alphaSpent }) => alphaSpent),
      [0.0024647515, 0.0050596443, 0.028621671, 0.05],
      1e-8,
    );
  });

  it('match the printed digits of gsDesign for Hwang-Shih-DeCani spending (sfHSD, gamma -4)', () => {
    const design = {
      ...twoSided,
      alpha: 0.025,
      sides: 'one',
      spending: { family: 'hwang-shih-decani', gamma: -4 },
    } as const;

    expectClose(efficacyOf(design, equally(5)), [3.2527, 2.986, 2.6917, 2.3737, 2.0253], 5e-5);
    expectClose(efficacyOf(design, equally(3)), [3.0107, 2.5465, 1.9992], 5e-5);
  });

  // The open-source library of Spotify integrates on a grid of 0.05 standard errors; that error is up to 6e-5 here.
  it.each([
    [
      [0.2, 0.4, 0.6, 0.8, 1],
      [3.090232, 2.714078, 2.472737, 2.279811, 2.113968],
    ],
    [
      [0.25, 0.5, 0.75, 1],
      [2.955167, 2.559321, 2.300814, 2.091913],
    ],
    [
      [0.5, 1],
      [2.497705, 2.018268],
    ],
  ])('are those of spotify_confidence for power spending at %o within its grid error', (informations, expected) => {
    const design = { ...twoSided, alpha: 0.025, sides: 'one', spending: { family: 'power', exponent: 2 } } as const;

    expectClose(efficacyOf(design, informations), expected, 1e-4);
  });

  it('differ from the design that takes the one-sided formula as the total of both sides', () => {
    const otherDesign = [4.382613, 3.099727, 2.553355, 2.253848, 2.063501];

    expect(efficacyOf(twoSided, equally(5))[4]).not.toBeCloseTo(otherDesign[4] ?? Number.NaN, 2);
  });

  it('stay finite for 200 looks, however early the first is', () => {
    const bounds = efficacyOf(twoSided, equally(200));

    expect(bounds.every((bound) => Number.isFinite(bound))).toBe(true);
    expect(bounds[0]).toBeCloseTo(31.676368, 6);
  });

  it('spend the cumulative alpha of the printed table', () => {
    const spent = (spending: SpendingFunction) =>
      groupSequentialBounds({ ...twoSided, spending }, equally(5)).map(({ alphaSpent }) => alphaSpent);

    expectClose(spent(obrienFleming), [0.000001, 0.000788, 0.007616, 0.024424, 0.05], 5e-7);
    expectClose(spent(pocock), [0.01477, 0.026157, 0.035426, 0.043242, 0.05], 5e-7);
  });
});

describe('futility bounds', () => {
  // gsDesign(k = 3, alpha = .025, beta = .1): sample size 1.0699 times the fixed one.
  const rule = { beta: 0.1, spending: { family: 'hwang-shih-decani', gamma: -2 } } as const;
  const design = {
    ...twoSided,
    alpha: 0.025,
    sides: 'one',
    spending: { family: 'hwang-shih-decani', gamma: -4 },
  } as const;
  const effect = Math.sqrt(1.0699) * (1.959963985 + 1.281551566);

  it('match the printed digits of gsDesign when not binding (test.type 4)', () => {
    const looks = groupSequentialBounds(
      { ...design, futility: { ...rule, effect, binding: 'non-binding' } },
      equally(3),
    );

    expectClose(
      looks.map(({ futility }) => futility ?? Number.NaN),
      [-0.2387, 0.9411, 1.9992],
      5e-5,
    );
    expectClose(
      looks.map(({ efficacy }) => efficacy ?? Number.NaN),
      [3.0107, 2.5465, 1.9992],
      5e-5,
    );
    expectClose(
      looks.map(({ betaSpent }) => betaSpent),
      [0.0148, 0.0437, 0.1],
      5e-5,
    );
  });

  it('lower the last efficacy bound when binding', () => {
    const looks = groupSequentialBounds({ ...design, futility: { ...rule, effect, binding: 'binding' } }, equally(3));

    expect(looks[2]?.efficacy).toBeLessThan(1.999);
  });

  it('are never above the efficacy bound', () => {
    const eager = { ...rule, effect: 20, binding: 'binding' } as const;
    const looks = groupSequentialBounds({ ...design, futility: eager }, equally(4));

    for (const { futility, efficacy } of looks) expect(futility).toBeLessThanOrEqual(efficacy ?? Number.NaN);
  });
});

describe('a running test', () => {
  const take = (informations: readonly number[], state = startGroupSequential(twoSided)): GroupSequentialState =>
    informations.reduce((running, information) => addLook(running, { information }), state);

  it('is taken up from stored JSON with the same bounds', () => {
    const stored = JSON.parse(JSON.stringify(take([0.2, 0.35, 0.5]))) as GroupSequentialState;

    expect(take([0.8, 1], stored).looks).toEqual(take([0.2, 0.35, 0.5, 0.8, 1]).looks);
  });

  it('keeps the bounds of past looks when it runs over', () => {
    const before = take([0.3, 0.6]).looks;
    const after = take([0.3, 0.6, 1.4]).looks;

    expect(after.slice(0, 2)).toEqual(before);
    expect(after[2]).toMatchObject({ fraction: 1, stage: 'final' });
    expect(after[2]?.alphaSpent).toBeCloseTo(0.05, 12);
  });

  it('uses the observed covariance in the last bound when it runs over', () => {
    expect(take([0.3, 0.6, 1.4]).looks[2]?.efficacy).not.toBeCloseTo(take([0.3, 0.6, 1]).looks[2]?.efficacy ?? 0, 3);
  });

  it('has no bound after all alpha is spent', () => {
    expect(take([0.5, 1, 1.2]).looks[2]).toMatchObject({ efficacy: null, stage: 'exhausted' });
  });

  it('spends what is left at an early end', () => {
    const state = addLook(take([0.3]), { information: 0.6, stage: 'final' });

    expect(state.looks[1]).toMatchObject({ stage: 'final' });
    expect(state.looks[1]?.alphaSpent).toBeCloseTo(0.05, 12);
  });

  it('keeps the alpha of a look that adds next to nothing for a later one', () => {
    const [, tiny, last] = take([0.5, 0.5 + 1e-9, 1]).looks;

    expect(tiny).toMatchObject({ efficacy: null, stage: 'interim' });
    expect(last?.efficacy).toBeCloseTo(take([0.5, 1]).looks[1]?.efficacy ?? 0, 8);
  });

  it.each([
    [0, 'be a finite number above 0'],
    [Number.NaN, 'be a finite number above 0'],
    [Number.POSITIVE_INFINITY, 'be a finite number above 0'],
  ])('refuses information %d after 0.5', (information, requirement) => {
    expect(() => addLook(take([0.5]), { information })).toThrow(requirement);
  });

  it.each([0.5, 0.4, 1e-9])('spends nothing at a look whose information fell from 0.5 to %d', (information) => {
    const fallen = addLook(take([0.25, 0.5]), { information });

    expect(fallen.looks.at(-1)).toMatchObject({
      information,
      efficacy: null,
      alphaSpent: fallen.looks[1]?.alphaSpent,
      stage: 'interim',
    });
    expect(take([0.75, 1], fallen).looks.slice(-2)).toEqual(take([0.25, 0.5, 0.75, 1]).looks.slice(-2));
  });

  it('ends the test at a last look whose information fell, with what was spent', () => {
    const ended = addLook(take([0.25, 0.5]), { information: 0.4, stage: 'final' });

    expect(ended.looks.at(-1)).toMatchObject({ efficacy: null, stage: 'final' });
    expect(take([0.9], ended).looks.at(-1)).toMatchObject({ efficacy: null, stage: 'exhausted' });
  });

  it.each([
    [{ alpha: 0 }, 'alpha'],
    [{ alpha: 1 }, 'alpha'],
    [{ alpha: Number.NaN }, 'alpha'],
    [{ plannedInformation: 0 }, 'plannedInformation'],
    [{ plannedInformation: Number.POSITIVE_INFINITY }, 'plannedInformation'],
    [{ spending: { family: 'power', exponent: 0 } as const }, 'spending.exponent'],
    [{ spending: { family: 'hwang-shih-decani', gamma: Number.NaN } as const }, 'spending.gamma'],
    [{ spending: { family: 'linear' } as unknown as SpendingFunction }, 'spending.family'],
    [{ sides: 'three' as 'two' }, 'sides'],
    [{ futility: { beta: 0.1, spending: pocock, effect: 1, binding: 'binding' } as const }, 'sides'],
  ])('refuses the design %o', (change, field) => {
    expect(() => startGroupSequential({ ...twoSided, ...change })).toThrow(expect.objectContaining({ field }));
  });

  it.each([
    [{ beta: 1 }, 'futility.beta'],
    [{ effect: 0 }, 'futility.effect'],
    [{ binding: 'maybe' as 'binding' }, 'futility.binding'],
  ])('refuses the futility rule %o', (change, field) => {
    const futility = { beta: 0.1, spending: pocock, effect: 1, binding: 'binding', ...change } as const;

    expect(() => startGroupSequential({ ...twoSided, sides: 'one', futility })).toThrow(
      expect.objectContaining({ field }),
    );
  });
});
