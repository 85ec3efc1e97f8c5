import { describe, expect, it } from '@jest/globals';

import type { ComparedMetric, ComparedRow } from './compared-row.js';
import { renderComparisons } from './render-comparisons.js';

const control: ComparedRow = {
  variant: 'off',
  isControl: true,
  units: 9_000,
  mean: 0.1,
  difference: null,
  interval: null,
  relativeDifference: null,
  relativeInterval: null,
  pValue: null,
  isMarked: false,
  alwaysValid: null,
  method: null,
  varianceReduction: null,
  nonInferiority: null,
  reason: null,
};
const found: ComparedRow = {
  ...control,
  variant: 'on',
  isControl: false,
  mean: 0.12,
  difference: 0.02,
  interval: { lower: 0.01, upper: 0.03 },
  relativeDifference: 0.2,
  relativeInterval: { lower: 0.1, upper: 0.31 },
  pValue: 0.0004,
  isMarked: true,
  method: 'score',
};
const metric = (rows: readonly ComparedRow[], overrides: Partial<ComparedMetric> = {}): ComparedMetric => ({
  metric: 'purchase-rate',
  kind: 'conversion',
  look: 'once',
  alpha: 0.05,
  remarks: ['success', 'increase is better'],
  rows,
  ...overrides,
});

describe('a table of comparisons', () => {
  it('shows n, percentage points beside percentages, the level and the test', () => {
    const text = renderComparisons([metric([control, found], { alpha: 0.1 })], 'none');

    expect(text).toContain('purchase-rate (conversion; success; increase is better; score test)');
    expect(text).toMatch(/variant │ n +│ mean +│ difference │ 90% interval +│ relative │ 90% interval/);
    expect(text).toMatch(
      /on +│ 9,000 │ 12\.00% │ \+2\.00 pp +│ \[\+1\.00, \+3\.00\] pp │ \+20\.00% +│ \[\+10\.00%, \+31\.00%\]/,
    );
    expect(text).toContain('0.0004 *');
    expect(text).toContain(
      'confidence 90%. p-values belong to two-sided tests of no difference; * marks a p-value of at most 0.1',
    );
    expect(text).toContain('pp are percentage points');
  });

  it('says that nothing is corrected, and what that means for so many comparisons', () => {
    const text = renderComparisons([metric([control, found, found]), metric([control, found, found])], 'none');

    expect(text).toContain('if nothing differed, 0.2 of these 4 would be marked by chance on average.');
  });

  it('says that success metrics share the level, and shows the level of each metric', () => {
    const metrics = [metric([control, found], { alpha: 0.025 }), metric([control, found], { metric: 'errors' })];

    const text = renderComparisons(metrics, 'bonferroni');

    expect(text).toMatch(/97\.50?% interval/);
    expect(text).toContain('of at most the level of its metric, 0.025 or 0.05');
    expect(text).toContain("share the experiment's level evenly");
  });

  it('says what was adjusted and whether the margin of a guardrail is kept', () => {
    const nonInferiority = { margin: 0.02, pValue: 0.3, shown: false };

    const text = renderComparisons([metric([control, { ...found, varianceReduction: 0.4, nonInferiority }])], 'none');

    expect(text).toContain(
      'on: adjusted by what units did before their first exposure, which changes the variance by -40',
    );
    expect(text).toContain('on: a loss of 2.00% or more is NOT ruled out (one-sided, p = 0.3000)');
  });

  it('marks only what holds at every look where results are looked at again and again', () => {
    const alwaysValid = { lower: -0.01, upper: 0.05, pValue: 0.21 };
    const row = { ...found, isMarked: false, alwaysValid };

    const text = renderComparisons([metric([control, row], { look: 'again and again' })], 'none');

    expect(text).toContain('on: at any look [-1.00, +5.00] pp, p = 0.2100');
    expect(text).toContain('for one look at a time that was fixed beforehand');
    expect(text).not.toContain('0.0004 *');
  });

  it('explains only what occurs, and gives the reason of what is missing', () => {
    const missing = { ...control, variant: 'on', isControl: false, reason: 'TOO_FEW_EVENTS: nobody bought anything' };
    const averages = renderComparisons(
      [metric([control, { ...found, method: 'welch-t' }], { kind: 'average' })],
      'none',
    );
    const nothing = renderComparisons([metric([control, missing])], 'none');

    expect(averages).not.toMatch(/score test|percentage points/);
    expect(averages).toContain("Averages: Welch's t-test; the relative interval is Fieller's.");
    expect(nothing).toContain('on: TOO_FEW_EVENTS: nobody bought anything');
    expect(nothing).not.toContain('How to read this');
  });
});
