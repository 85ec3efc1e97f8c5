import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Matrix, solve } from 'ml-matrix';

import { absoluteDifference, lineariseRatio, mean, pairArms, ratio, relativeDifference } from '../estimators/index.js';
import { jointMomentsOf, mergeJointMoments, momentsOf } from '../moments/index.js';
import type { JointMoments } from '../moments/index.js';
import type { Estimable, Outcome } from '../result/index.js';
import { cuped, postStratify, regressionAdjust } from './index.js';

type Row = readonly number[];

function must<T extends Estimable>(outcome: Outcome<T>): T {
  if (!outcome.estimable) throw new Error(outcome.detail);
  return outcome;
}

const columns = ['y', 'x1', 'x2'];
const number = fc.double({ min: -10, max: 10, noNaN: true });
const rows = fc
  .array(fc.tuple(number, number, number), { minLength: 8, maxLength: 25 })
  .map((some) => some.map(([y, a, b], i): Row => [y + ((i * 7919) % 13), a, b]))
  .filter((some) => hasSpread(some, 1) && hasSpread(some, 2) && correlation(some) < 0.98);

describe('regressionAdjust', () => {
  it('equals ordinary least squares with interactions on the raw rows', () => {
    fc.assert(
      fc.property(rows, rows, (control, treatment) => {
        const oracle = interactedLeastSquares(control, treatment);

        const pair = must(regressionAdjust(jointMomentsOf(columns, control), jointMomentsOf(columns, treatment)));
        const effect = must(absoluteDifference(pair));

        expect(effect.estimate).toBeCloseTo(oracle.effect, 6);
        expect(effect.standardError ** 2 / oracle.variance).toBeCloseTo(1, 6);
        expect(pair.treatment.value - pair.control.value).toBeCloseTo(oracle.effect, 6);
      }),
    );
  });

  it('from merged moments equals that from the moments of all rows', () => {
    fc.assert(
      fc.property(rows, rows, rows, (a, b, treatment) => {
        const parts = mergeJointMoments(jointMomentsOf(columns, a), jointMomentsOf(columns, b));
        const whole = jointMomentsOf(columns, [...a, ...b]);
        const other = jointMomentsOf(columns, treatment);

        const merged = must(absoluteDifference(regressionAdjust(parts, other)));
        const direct = must(absoluteDifference(regressionAdjust(whole, other)));

        expect(merged.estimate).toBeCloseTo(direct.estimate, 8);
        expect(merged.standardError).toBeCloseTo(direct.standardError, 8);
      }),
    );
  });

  it('does not depend on the origin and unit of a covariate', () => {
    fc.assert(
      fc.property(rows, rows, (control, treatment) => {
        const change = (some: readonly Row[]) => some.map(([y = 0, a = 0, b = 0]) => [y, 5 + 3 * a, b]);
        const before = must(
          absoluteDifference(regressionAdjust(jointMomentsOf(columns, control), jointMomentsOf(columns, treatment))),
        );

        const after = must(
          absoluteDifference(
            regressionAdjust(jointMomentsOf(columns, change(control)), jointMomentsOf(columns, change(treatment))),
          ),
        );

        expect(after.estimate).toBeCloseTo(before.estimate, 6);
        expect(after.standardError).toBeCloseTo(before.standardError, 6);
      }),
    );
  });

  it('removes the variance that the covariate explains', () => {
    const control = Array.from({ length: 200 }, (_, i) => [i % 10, (i % 10) + ((i * 7) % 3) * 0.1]);
    const treatment = Array.from({ length: 200 }, (_, i) => [(i % 10) + 1, (i % 10) + ((i * 5) % 3) * 0.1]);

    const pair = must(regressionAdjust(jointMomentsOf(['y', 'x'], control), jointMomentsOf(['y', 'x'], treatment)));

    expect(pair.varianceReduction).toBeGreaterThan(0.99);
    expect(must(absoluteDifference(pair)).estimate).toBeCloseTo(1, 1);
    expect(must(absoluteDifference(pair.unadjusted)).estimate).toBeCloseTo(1, 10);
  });

  it('is not estimable with too few units, constant or dependent covariates', () => {
    const few = jointMomentsOf(
      ['y', 'x'],
      [
        [1, 2],
        [2, 3],
        [3, 5],
      ],
    );
    const constant = jointMomentsOf(
      ['y', 'x'],
      [
        [1, 2],
        [2, 2],
        [3, 2],
        [4, 2],
        [5, 2],
      ],
    );
    const dependent = jointMomentsOf(
      columns,
      Array.from({ length: 9 }, (_, i) => [i * i, i, 2 * i + 1]),
    );

    expect(regressionAdjust(few, few)).toMatchObject({ reason: 'TOO_FEW_UNITS' });
    expect(regressionAdjust(constant, constant)).toEqual({
      estimable: false,
      reason: 'COLLINEAR_COVARIATES',
      detail: 'In the control arm: the covariates ["x"] do not vary',
    });
    expect(regressionAdjust(dependent, dependent)).toMatchObject({ reason: 'COLLINEAR_COVARIATES' });
  });

  it.each([[regressionAdjust], [cuped]])('%p refuses arms with unequal covariate sets', (adjust) => {
    const one = jointMomentsOf(['y', 'x'], [[1, 2]]);
    const other = jointMomentsOf(['y', 'z'], [[1, 2]]);

    expect(() => adjust(one, other)).toThrow('treatment.columns must be ["y","x"] in this order, got ["y","z"].');
    expect(() => adjust(jointMomentsOf(['y'], []), jointMomentsOf(['y'], []))).toThrow('at least one covariate');
  });
});

describe('cuped', () => {
  it('equals the difference of y - theta x with theta pooled over both arms', () => {
    fc.assert(
      fc.property(rows, rows, (control, treatment) => {
        const all = [...control, ...treatment];
        const theta = leastSquares(
          all.map(([, a = 0, b = 0]) => [1, a, b]),
          all.map(([y = 0]) => y),
        ).slice(1);
        const residual = (some: readonly Row[]) =>
          momentsOf(some.map(([y = 0, a = 0, b = 0]) => y - (theta[0] ?? 0) * a - (theta[1] ?? 0) * b));
        const oracle = must(absoluteDifference(pairArms(mean(residual(control)), mean(residual(treatment)))));

        const effect = must(
          absoluteDifference(cuped(jointMomentsOf(columns, control), jointMomentsOf(columns, treatment))),
        );

        expect(effect.estimate).toBeCloseTo(oracle.estimate, 6);
        expect(effect.standardError).toBeCloseTo(oracle.standardError, 6);
      }),
    );
  });

  it('keeps the pooled mean of the outcome', () => {
    fc.assert(
      fc.property(rows, rows, (control, treatment) => {
        const all = [...control, ...treatment];
        const average = all.reduce((sum, [y = 0]) => sum + y, 0) / all.length;

        const pair = must(cuped(jointMomentsOf(columns, control), jointMomentsOf(columns, treatment)));

        const weighted = pair.control.value * control.length + pair.treatment.value * treatment.length;
        expect(weighted / all.length).toBeCloseTo(average, 8);
      }),
    );
  });
});

describe('ratio metric with covariates', () => {
  const clicks: readonly Row[] = Array.from({ length: 40 }, (_, i) => [(i * 7) % 11, 5 + ((i * 3) % 4), (i * 7) % 10]);
  const moreClicks: readonly Row[] = clicks.map(([a = 0, b = 0, x = 0], i) => [a + 1, b, (x + i) % 9]);
  const joint = (some: readonly Row[]): JointMoments => jointMomentsOf(['clicks', 'views', 'before'], some);

  it('linearises to the ratio and its delta-method variance', () => {
    const linear = must(lineariseRatio(joint(clicks)));

    const direct = must(ratio(joint(clicks)));
    const asMean = must(
      mean({ n: 40, sum: linear.moments.sums[0] ?? 0, sumOfSquares: linear.moments.crossProducts[0]?.[0] ?? 0 }),
    );
    expect(asMean.value).toBeCloseTo(direct.value, 12);
    expect(asMean.variance).toBeCloseTo(direct.variance, 12);
    expect(linear.moments.columns).toEqual(['outcome', 'before']);
  });

  it('adjusts by regression on the linearised rows', () => {
    const linearRows = (some: readonly Row[]): readonly Row[] => {
      const n = some.length;
      const [num, den] = [0, 1].map((k) => some.reduce((sum, row) => sum + (row[k] ?? 0), 0) / n) as [number, number];
      return some.map(([a = 0, b = 0, x = 0]) => [num / den + (a - (num / den) * b) / den, x]);
    };
    const oracle = interactedLeastSquares(linearRows(clicks), linearRows(moreClicks));

    const pair = regressionAdjust(
      must(lineariseRatio(joint(clicks))).moments,
      must(lineariseRatio(joint(moreClicks))).moments,
    );

    const effect = must(absoluteDifference(pair));
    expect(effect.estimate).toBeCloseTo(oracle.effect, 10);
    expect(effect.standardError ** 2).toBeCloseTo(oracle.variance, 10);
  });
});

describe('postStratify', () => {
  const strata = [
    { key: 'new', control: [1, 2, 3, 2], treatment: [2, 3, 4, 3, 2] },
    { key: 'old', control: [9, 11, 10], treatment: [10, 12, 11, 13] },
  ];
  const pairs = strata.map(({ key, control, treatment }) => ({
    key,
    pair: pairArms(mean(momentsOf(control)), mean(momentsOf(treatment))),
  }));

  it('gives the estimate and variance of full regression on stratum indicators', () => {
    const rowsOf = (arm: 'control' | 'treatment') =>
      strata.flatMap((stratum, k) => stratum[arm].map((y): Row => [y, k]));
    const oracle = interactedLeastSquares(rowsOf('control'), rowsOf('treatment'));

    const effect = must(absoluteDifference(postStratify(pairs)));

    expect(effect.estimate).toBeCloseTo(oracle.effect, 12);
    // The regression pools the residual variance over strata; the term between strata is the same up to N / (N - 1).
    expect(effect.standardError ** 2 / oracle.variance).toBeGreaterThan(0.7);
    expect(effect.standardError ** 2 / oracle.variance).toBeLessThan(1.3);
  });

  it('weighs strata by the units of both arms', () => {
    const pair = must(postStratify(pairs));

    expect(pair.control.value).toBeCloseTo((9 * 2 + 7 * 10) / 16, 12);
    expect(pair.treatment.value).toBeCloseTo((9 * 2.8 + 7 * 11.5) / 16, 12);
    expect(must(relativeDifference(pair)).estimate).toBeCloseTo((9 * 0.8 + 7 * 1.5) / (18 + 70), 12);
  });

  it('counts the noise of the strata themselves once for both arms', () => {
    const equalEffects = [
      { key: 'a', pair: pairArms(mean(momentsOf([0, 2])), mean(momentsOf([1, 3]))) },
      { key: 'b', pair: pairArms(mean(momentsOf([10, 12])), mean(momentsOf([11, 13]))) },
    ];

    const effect = must(absoluteDifference(postStratify(equalEffects)));

    expect(effect.standardError ** 2).toBeCloseTo(4 * 0.25 * 1, 12);
  });

  it('names the stratum that lacks units', () => {
    const lonely = { key: 'rare', pair: pairArms(mean(momentsOf([1])), mean(momentsOf([1, 2]))) };

    expect(postStratify([...pairs, lonely])).toEqual({
      estimable: false,
      reason: 'EMPTY_STRATUM',
      detail: 'stratum "rare": In the control arm: a standard error needs at least 2 units, there are 1',
    });
  });

  it('refuses no strata and repeated keys', () => {
    expect(() => postStratify([])).toThrow('strata.length must be at least 1, got 0.');
    expect(() => postStratify([...pairs, ...pairs])).toThrow('strata must hold each key once');
  });
});

/** Oracle: separate regressions on raw rows [y, x...], averaged over all rows; variance from raw residuals. */
function interactedLeastSquares(control: readonly Row[], treatment: readonly Row[]) {
  const all = [...control, ...treatment];
  const width = (all[0]?.length ?? 1) - 1;
  const centre = Array.from(
    { length: width },
    (_, k) => all.reduce((sum, row) => sum + (row[k + 1] ?? 0), 0) / all.length,
  );
  const design = (some: readonly Row[]) => some.map((row) => [1, ...centre.map((c, k) => (row[k + 1] ?? 0) - c)]);
  const fit = (some: readonly Row[]) => {
    const outcome = some.map(([y = 0]) => y);
    const coefficients = leastSquares(design(some), outcome);
    const squares = design(some).reduce(
      (sum, line, i) => sum + ((outcome[i] ?? 0) - line.reduce((s, x, k) => s + x * (coefficients[k] ?? 0), 0)) ** 2,
      0,
    );
    return { coefficients, variance: squares / (some.length - 1 - width) / some.length };
  };
  const [c, t] = [fit(control), fit(treatment)];
  const difference = centre.map((_, k) => (t.coefficients[k + 1] ?? 0) - (c.coefficients[k + 1] ?? 0));
  const spread = design(all).reduce(
    (sum, line) => sum + difference.reduce((s, d, k) => s + d * (line[k + 1] ?? 0), 0) ** 2,
    0,
  );
  return {
    effect: (t.coefficients[0] ?? 0) - (c.coefficients[0] ?? 0),
    variance: c.variance + t.variance + spread / (all.length - 1) / all.length,
  };
}

function leastSquares(design: readonly Row[], outcome: readonly number[]): readonly number[] {
  return solve(new Matrix(design.map((line) => [...line])), Matrix.columnVector([...outcome]), true).to1DArray();
}

function hasSpread(some: readonly Row[], column: number): boolean {
  const values = some.map((row) => row[column] ?? 0);
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length > 0.5;
}

function correlation(some: readonly Row[]): number {
  const mean1 = some.reduce((sum, row) => sum + (row[1] ?? 0), 0) / some.length;
  const mean2 = some.reduce((sum, row) => sum + (row[2] ?? 0), 0) / some.length;
  const product = (i: number, j: number, a: number, b: number) =>
    some.reduce((sum, row) => sum + ((row[i] ?? 0) - a) * ((row[j] ?? 0) - b), 0);
  return Math.abs(product(1, 2, mean1, mean2)) / Math.sqrt(product(1, 1, mean1, mean1) * product(2, 2, mean2, mean2));
}
