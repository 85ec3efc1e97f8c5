import { describe, expect, it } from '@jest/globals';

import type { MetricDefinition } from '@sortition/declaration';
import type { NumberStatistics, PairStatistics, QuantileStatistics } from '@sortition/metric-sql';

import { analyzeExperiment, type ExperimentDesign, type ObservedVariant } from './analyze-experiment.js';

const definition = (overrides: Partial<MetricDefinition>): MetricDefinition => ({
  description: '',
  kind: 'average',
  event: 'purchase',
  aggregation: 'sum',
  direction: 'increase',
  ...overrides,
});
const guardrail = (key: string, overrides: Partial<MetricDefinition> = {}) =>
  ({ key, role: 'guardrail', definition: definition(overrides) }) as const;
const sums = (n: number, sum: number, sumOfSquares: number, beyondRange = 0): NumberStatistics => ({
  summary: 'number',
  n,
  sum,
  sumOfSquares,
  centre: 0,
  nonZero: n,
  negative: 0,
  beyondRange,
});

const design: ExperimentDesign = {
  control: 'blue',
  alpha: 0.05,
  allocations: [
    { variant: 'blue', weight: 500_000 },
    { variant: 'green', weight: 500_000 },
  ],
  metrics: [{ key: 'purchase-rate', role: 'success', definition: definition({ kind: 'conversion' }) }],
  correction: 'bonferroni',
  look: 'again and again',
};
const conversion = (variant: string, units: number, sum: number): ObservedVariant => ({
  variant,
  units,
  metrics: [{ ...sums(units, sum, sum), summary: 'share', nonZero: sum }],
});

describe('the analysis of an experiment', () => {
  // p1 = 0.2, p2 = 0.25, n = 1000 each: pooled se = sqrt(0.225 * 0.775 * 2 / 1000) = 0.018675, z = 2.677366; interval and
  // p-value of the reference in the statistics library.
  it('compares conversions by the score test for two proportions', () => {
    const { metrics } = analyzeExperiment(design, [conversion('blue', 1_000, 200), conversion('green', 1_000, 250)]);

    const comparison = metrics[0]?.comparisons[0];
    expect(comparison).toMatchObject({ variant: 'green', control: 'blue', alpha: 0.05, method: 'score', reason: '' });
    expect(comparison?.test?.absolute.value).toBeCloseTo(0.05, 12);
    expect(comparison?.test?.absolute.standardError).toBeCloseTo(0.018675, 6);
    expect(comparison?.test?.absolute.lower).toBeCloseTo(0.013425137285157587, 10);
    expect(comparison?.test?.pValue).toBeCloseTo(0.0074196492610256745, 12);
    expect(comparison?.test?.significant).toBe(true);
    expect(comparison?.test?.relative?.value).toBeCloseTo(0.25, 12);
    expect(comparison?.test?.relative?.lower).toBeCloseTo(0.0613850929572655, 9);
  });

  // Unpooled, these were p < 0.0001 and 1.8e-22. Fisher's exact test says 0.248 and 0.0155.
  it.each([
    [9_000, 18, 1_000, 0.24, 0.31],
    [95_000, 95, 5_000, 0.0155, 0.03],
  ])('makes no effect of the absence of rare conversions: %i units with %i against %i with none', (...numbers) => {
    const [units, sum, treated, least, most] = numbers;
    const { metrics } = analyzeExperiment(design, [conversion('blue', units, sum), conversion('green', treated, 0)]);

    const comparison = metrics[0]?.comparisons[0];
    expect(comparison?.method).toBe('corrected-score');
    expect(comparison?.test?.pValue).toBeGreaterThan(least);
    expect(comparison?.test?.pValue).toBeLessThan(most);
    expect(comparison?.test?.relative).toMatchObject({ value: -1, lower: -1 });
  });

  it('lets a metric that cannot be estimated say so alone', () => {
    const { metrics } = analyzeExperiment(
      {
        ...design,
        metrics: [...design.metrics, guardrail('revenue'), guardrail('height'), guardrail('broken')],
      },
      ['blue', 'green'].map((variant, index) => ({
        variant,
        units: 1_000,
        metrics: [
          { ...sums(1_000, 200 + 50 * index, 200 + 50 * index), summary: 'share' as const },
          sums(1_000, 900, 9_000, index),
          sums(1_000, 1e12, 1e21),
          sums(1_000, 1e12, 7),
        ],
      })),
    );

    const shown = metrics.map(({ comparisons }) => comparisons[0]);
    expect(shown[0]?.test?.significant).toBe(true);
    expect(shown[1]).toEqual({
      variant: 'green',
      control: 'blue',
      alpha: 0.05,
      reason:
        'OUT_OF_RANGE: 1 of 1000 units has a number beyond 1e100 in variant "green"; such values were tracked by mistake or in bad faith, and no mean can be told while they count',
    });
    expect(metrics[1]?.variants.map(({ mean }) => mean)).toEqual([0.9, undefined]);
    expect(shown[2]?.reason).toMatch(
      /^LOST_VARIANCE: In the control arm: the values are all the same, or differ by too/,
    );
    expect(shown[3]?.reason).toMatch(
      /^IMPOSSIBLE_SUMS: what the warehouse added up fits no data: control\.sumOfSquares/,
    );
  });

  // GrowthBook's published vector for Welch's test, gbstats: difference .29, se .12478, interval (.04538, .53462).
  it("compares averages by Welch's test", () => {
    const { metrics } = analyzeExperiment({ ...design, metrics: [guardrail('revenue')] }, [
      { variant: 'blue', units: 3_407, metrics: [sums(3_407, 1_396.87, 52_377.9767)] },
      { variant: 'green', units: 3_461, metrics: [sums(3_461, 2_422.7, 134_698.29)] },
    ]);

    const test = metrics[0]?.comparisons[0]?.test;
    expect(test?.absolute.value).toBeCloseTo(0.29, 5);
    expect(test?.absolute.standardError).toBeCloseTo(0.12478, 5);
    expect(test?.absolute.lower).toBeCloseTo(0.04538, 5);
    expect(test?.absolute.upper).toBeCloseTo(0.53462, 5);
    expect(test?.pValue).toBeCloseTo(0.02016, 5);
    expect(test?.relative?.value).toBeCloseTo(0.70732, 5);
    // Fieller: the interval leaves out 0 as that of the difference does, where the delta method's -0.03526 did not.
    expect(test?.relative?.lower).toBeCloseTo(0.09406197, 6);
  });

  it('says why nothing can be said about an experiment without units', () => {
    const { units, sampleRatio, metrics } = analyzeExperiment(design, []);

    expect(units).toEqual([
      { variant: 'blue', units: 0, expectedShare: 0.5 },
      { variant: 'green', units: 0, expectedShare: 0.5 },
    ]);
    expect(sampleRatio).toEqual({ alpha: 0.001, passed: true });
    expect(metrics[0]?.variants).toEqual([
      { variant: 'blue', units: 0, sum: 0 },
      { variant: 'green', units: 0, sum: 0 },
    ]);
    expect(metrics[0]?.comparisons[0]).toMatchObject({ reason: expect.stringMatching(/^TOO_FEW_UNITS: /) });
    expect(metrics[0]?.comparisons[0]?.test).toBeUndefined();
  });

  it('gives the difference but no relative one when the control shows nothing', () => {
    const { metrics } = analyzeExperiment(design, [conversion('blue', 1_000, 0), conversion('green', 1_000, 50)]);

    const comparison = metrics[0]?.comparisons[0];
    expect(comparison?.test?.absolute.value).toBe(0.05);
    expect(comparison?.test).not.toHaveProperty('relative');
    expect(comparison?.reason).not.toBe('');
  });

  // facts of published chi-square values: 821588/815482 on 50:50 gives p 1.8218e-6; 5000/5200 gives .047670.
  it.each([
    [821_588, 815_482, 1.8218e-6, false],
    [5_000, 5_200, 0.04767, true],
    [502, 498, 0.899343, true],
  ])('checks the sample ratio of %i to %i', (blue, green, pValue, passed) => {
    const { sampleRatio } = analyzeExperiment(design, [conversion('blue', blue, 1), conversion('green', green, 1)]);

    expect(sampleRatio.pValue).toBeCloseTo(pValue, 5);
    expect(sampleRatio.pValue).toBeGreaterThan(pValue * 0.999);
    expect(sampleRatio.passed).toBe(passed);
  });

  it('expects what the weights say and leaves variants without weight out of the check', () => {
    const { sampleRatio } = analyzeExperiment(
      {
        ...design,
        allocations: [
          { variant: 'blue', weight: 900_000 },
          { variant: 'green', weight: 100_000 },
          { variant: 'red', weight: 0 },
        ],
      },
      [conversion('blue', 90_300, 1), conversion('green', 9_700, 1)],
    );

    expect(sampleRatio.pValue).toBeCloseTo(0.0015654, 6);
  });

  it('counts nobody who saw a variant that the experiment does not have', () => {
    const { units } = analyzeExperiment(design, [conversion('blue', 10, 1), conversion('purple', 7, 1)]);

    expect(units.map(({ variant }) => variant)).toEqual(['blue', 'green']);
  });

  it('lets the comparisons of success metrics share the level, and guardrails stand alone', () => {
    const three = [...design.allocations, { variant: 'red', weight: 500_000 }];
    const metrics = [design.metrics, design.metrics, guardrail('errors', { kind: 'conversion' })].flat();
    const observed = three.map(({ variant }, index) => {
      const [share] = conversion(variant, 1_000, 200 + 35 * index).metrics;
      return { variant, units: 1_000, metrics: share ? [share, share, share] : [] };
    });

    const shared = analyzeExperiment({ ...design, allocations: three, metrics }, observed);
    const alone = analyzeExperiment({ ...design, allocations: three, metrics, correction: 'none' }, observed);

    expect(shared.correction).toBe('bonferroni');
    expect(shared.metrics.map(({ comparisons }) => comparisons.map(({ alpha }) => alpha))).toEqual([
      [0.0125, 0.0125],
      [0.0125, 0.0125],
      [0.05, 0.05],
    ]);
    const [wide, narrow] = [shared, alone].map(({ metrics: [first] }) => first?.comparisons[0]?.test?.absolute);
    expect((wide?.upper ?? 0) - (wide?.lower ?? 0)).toBeGreaterThan((narrow?.upper ?? 0) - (narrow?.lower ?? 0));
    expect(analyzeExperiment(design, []).correction).toBe('none');
  });

  // Farrington and Manning's score test against a relative margin; both ends by the same library's own tests.
  it.each([
    [200, true],
    [150, false],
  ])('tests a guardrail against its margin: %i of 1,000 against 200', (treated, shown) => {
    const metrics = [guardrail('rate', { kind: 'conversion', nonInferiorityMargin: 0.2 })];
    const observed = [conversion('blue', 10_000, 2_000), conversion('green', 10_000, 10 * treated)];

    const [comparison] = analyzeExperiment({ ...design, metrics }, observed).metrics[0]?.comparisons ?? [];

    expect(comparison?.nonInferiority).toMatchObject({ margin: 0.2, shown });
    expect((comparison?.nonInferiority?.pValue ?? 1) < 0.05).toBe(shown);
  });

  it('adjusts by a covariate where it can, and says why where it cannot', () => {
    const metrics = [{ key: 'revenue', role: 'success', definition: definition({ covariateWindowMs: 1 }) }] as const;
    // Outcome = covariate + noise: values of four kinds of units, each 250 times.
    const pair = (shift: number, spread: number, level: number): PairStatistics => {
      const rows = [-3, -1, 1, 3].flatMap((x) => [-0.5, 0.5].map((noise) => [spread * x + noise, spread * x]));
      const sum = (of: (row: readonly number[]) => number): number => rows.reduce((all, row) => all + 125 * of(row), 0);
      const at = (row: readonly number[], index: number): number => row[index] ?? 0;
      const product = sum((row) => at(row, 0) * at(row, 1));
      return {
        summary: 'pair',
        n: 1_000,
        sums: [1_000 * (level + shift), 1_000 * level],
        products: [
          [sum((row) => at(row, 0) ** 2), product],
          [product, sum((row) => at(row, 1) ** 2)],
        ],
        beyondRange: 0,
      };
    };
    const compare = (spread: number, level = 10) =>
      analyzeExperiment({ ...design, metrics }, [
        { variant: 'blue', units: 1_000, metrics: [pair(0, spread, level)] },
        { variant: 'green', units: 1_000, metrics: [pair(0.1, spread, level)] },
      ]).metrics[0]?.comparisons[0];

    const adjusted = compare(1);
    const without = compare(0);

    // Variance 5.25 of which 0.25 stays.
    expect(adjusted).toMatchObject({ adjustment: 'regression', method: 'welch-t', reason: '' });
    expect(adjusted?.varianceReduction).toBeCloseTo(1 - 0.25 / 5.25, 2);
    expect(adjusted?.test?.absolute.value).toBeCloseTo(0.1, 9);
    expect(adjusted?.test?.absolute.standardError).toBeCloseTo(Math.sqrt((2 * 0.25) / 1_000), 4);
    expect(adjusted?.test?.relative?.value).toBeCloseTo(0.01, 9);
    // A mean a billion times the spread costs no digits of it.
    const far = compare(1, 1e9);
    expect(far?.adjustment).toBe('regression');
    expect(far?.test?.absolute.standardError).toBeCloseTo(adjusted?.test?.absolute.standardError ?? 0, 6);
    expect(compare(0, 1e9)?.test?.absolute.standardError).toBeCloseTo(without?.test?.absolute.standardError ?? 0, 6);
    expect(without).not.toHaveProperty('adjustment');
    expect(without?.reason).toMatch(/: not adjusted: /);
    expect(without?.test?.absolute.value).toBeCloseTo(0.1, 9);
  });

  // Delta method: R = 2, variance (s_N^2 - 4 s_ND + 4 s_D^2) / (D^2 n), with s_N^2 = 4.004, s_D^2 = 1.001 and no covariance.
  it('compares ratios by the delta method', () => {
    const metrics = [{ key: 'per-visit', role: 'success', definition: definition({ kind: 'ratio' }) }] as const;
    const ratio = (numerator: number): PairStatistics => ({
      summary: 'pair',
      n: 1_000,
      sums: [numerator * 1_000, 5_000],
      products: [
        [4_000, 0],
        [0, 1_000],
      ],
      beyondRange: 0,
    });

    const { metrics: found } = analyzeExperiment({ ...design, metrics }, [
      { variant: 'blue', units: 1_000, metrics: [ratio(10)] },
      { variant: 'green', units: 1_000, metrics: [ratio(10)] },
    ]);

    const deviation = Math.sqrt((2 * (4_000 / 999 + (4 * 1_000) / 999)) / 25 / 1_000);
    expect(found[0]?.variants.map(({ mean }) => mean)).toEqual([2, 2]);
    expect(found[0]?.comparisons[0]?.test?.absolute.standardError).toBeCloseTo(deviation, 9);
  });

  it('compares quantiles by the width of their outer intervals', () => {
    const metrics = [
      { key: 'median', role: 'success', definition: definition({ kind: 'quantile', quantile: 0.5 }) },
    ] as const;
    const median = (quantile: number): QuantileStatistics => ({
      summary: 'quantile',
      n: 1_000,
      quantile,
      lower: quantile - 1.959963984540054,
      upper: quantile + 1.959963984540054,
      beyondRange: 0,
    });

    const { metrics: found } = analyzeExperiment({ ...design, metrics }, [
      { variant: 'blue', units: 1_000, metrics: [median(100)] },
      { variant: 'green', units: 1_000, metrics: [median(103)] },
    ]);

    const comparison = found[0]?.comparisons[0];
    expect(comparison?.method).toBe('z');
    expect(comparison?.test?.absolute.standardError).toBeCloseTo(Math.SQRT2, 9);
    // 2 (1 - Phi(3 / sqrt 2))
    expect(comparison?.test?.pValue).toBeCloseTo(0.033894853524689, 9);
  });

  // Fixed tests at 20 looks find something in about a quarter of the experiments.
  it('calls no more A/A experiments than the level, however often one looks', () => {
    let state = 20_261_128;
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const [experiments, looks, step] = [200, 20, 100];
    const called = { fixed: 0, alwaysValid: 0 };
    for (let experiment = 0; experiment < experiments; experiment += 1) {
      const seen = { fixed: false, alwaysValid: false };
      let [blue, green] = [0, 0];
      for (let look = 1; look <= looks; look += 1) {
        for (let unit = 0; unit < step; unit += 1) {
          if (random() < 0.3) blue += 1;
          if (random() < 0.3) green += 1;
        }
        const observed = [conversion('blue', look * step, blue), conversion('green', look * step, green)];
        const comparison = analyzeExperiment(design, observed).metrics[0]?.comparisons[0];
        seen.fixed ||= comparison?.test?.significant === true;
        seen.alwaysValid ||= comparison?.alwaysValid?.significant === true;
      }
      if (seen.fixed) called.fixed += 1;
      if (seen.alwaysValid) called.alwaysValid += 1;
    }

    expect(called.fixed / experiments).toBeGreaterThan(0.15);
    expect(called.alwaysValid / experiments).toBeLessThanOrEqual(0.05);
  });

  it('has a sequence for every kind that is looked at again and again, and none for one look', () => {
    const observed = [conversion('blue', 10_000, 2_000), conversion('green', 10_000, 2_400)];

    const watched = analyzeExperiment(design, observed).metrics[0]?.comparisons[0];
    const once = analyzeExperiment({ ...design, look: 'once' }, observed).metrics[0]?.comparisons[0];

    // Half-width 3.0-3.3 standard errors (0.00585) at 20,000 units, where the fixed one has 1.96.
    expect(watched?.alwaysValid?.significant).toBe(true);
    expect((watched?.alwaysValid?.upper ?? 0) - 0.04).toBeGreaterThan(2.9 * 0.00585);
    expect((watched?.alwaysValid?.upper ?? 1) - 0.04).toBeLessThan(3.4 * 0.00585);
    expect(once).not.toHaveProperty('alwaysValid');
  });
});
