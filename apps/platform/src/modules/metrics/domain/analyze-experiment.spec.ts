import { describe, expect, it } from '@jest/globals';

import { analyzeExperiment, type ExperimentDesign, type ObservedVariant } from './analyze-experiment.js';

const design: ExperimentDesign = {
  control: 'blue',
  alpha: 0.05,
  allocations: [
    { variant: 'blue', weight: 500_000 },
    { variant: 'green', weight: 500_000 },
  ],
  metrics: [{ key: 'purchase-rate', role: 'success', kind: 'conversion', direction: 'increase' }],
};
const conversion = (variant: string, units: number, sum: number): ObservedVariant => ({
  variant,
  units,
  metrics: [{ sum, sumOfSquares: sum }],
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
        metrics: [
          ...design.metrics,
          { key: 'revenue', role: 'guardrail', kind: 'average', direction: 'increase' },
          { key: 'height', role: 'guardrail', kind: 'average', direction: 'increase' },
          { key: 'broken', role: 'guardrail', kind: 'average', direction: 'increase' },
        ],
      },
      ['blue', 'green'].map((variant, index) => ({
        variant,
        units: 1_000,
        metrics: [
          { sum: 200 + 50 * index, sumOfSquares: 200 + 50 * index },
          { sum: 900, sumOfSquares: 9_000, beyondRange: index },
          { sum: 1e12, sumOfSquares: 1e21 },
          { sum: 1e12, sumOfSquares: 7 },
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
    const { metrics } = analyzeExperiment(
      { ...design, metrics: [{ key: 'revenue', role: 'guardrail', kind: 'average', direction: 'increase' }] },
      [
        { variant: 'blue', units: 3_407, metrics: [{ sum: 1_396.87, sumOfSquares: 52_377.9767 }] },
        { variant: 'green', units: 3_461, metrics: [{ sum: 2_422.7, sumOfSquares: 134_698.29 }] },
      ],
    );

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
});
