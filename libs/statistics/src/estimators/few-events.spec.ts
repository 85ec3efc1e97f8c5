import { describe, expect, it } from '@jest/globals';

import { compareVariants } from '../fixed-horizon/index.js';
import type { TestResult } from '../fixed-horizon/index.js';
import type { Moments } from '../moments/index.js';
import { absoluteDifference } from './difference.js';
import { pairProportions, proportionMoments } from './proportion.js';

/** So many buyers of the same amount among n units. */
const buyers = (count: number, amount: number, n: number): Moments => ({
  n,
  sum: count * amount,
  sumOfSquares: count * amount * amount,
  nonZero: count,
  negative: 0,
});
const compare = (control: Moments, treatment: Moments) => compareVariants({ kind: 'mean', control, treatment });

describe('an average of which few values are not 0', () => {
  // Welch's test gave p 4.4e-5, because an arm of zeros has no variance.
  it('has no answer for 1,000 zeros against 18 buyers in 9,000, and says why', () => {
    const { absolute, relative } = compare(buyers(18, 50, 9000), buyers(0, 50, 1000));

    expect(absolute).toEqual({
      estimable: false,
      reason: 'TOO_FEW_EVENTS',
      detail:
        '18 of 9000 units of control and 0 of 1000 of treatment have a value other than 0; without an effect the smaller arm would have 1.8 of them, and a comparison needs at least 10',
    });
    expect(relative).toEqual(absolute);
  });

  it('has no answer where the zeros were not counted but one arm holds nothing else', () => {
    const { n, sum, sumOfSquares } = buyers(18, 50, 9000);

    expect(compare({ n, sum, sumOfSquares }, { n: 1000, sum: 0, sumOfSquares: 0 }).absolute).toMatchObject({
      reason: 'ZERO_VARIANCE',
      detail: 'the values of the treatment arm do not vary, so the effect has no standard error',
    });
  });

  it('is tested by the pooled variance, so that a checkout that broke is found', () => {
    const { absolute, relative } = compare(buyers(500, 50, 10_000), buyers(0, 50, 10_000));

    expect(absolute).toMatchObject({ method: 'pooled-t', significant: true });
    expect(relative).toMatchObject({ estimate: -1, significant: true, interval: { lower: -1 } });
  });

  // With one amount for all the average is a share, and the pooled variance that of the score test times 50^2.
  it('agrees with the score test of the share where all amounts are the same', () => {
    const { absolute } = compare(buyers(200, 50, 9000), buyers(10, 50, 1000));
    const share = compareVariants({
      kind: 'proportion',
      control: proportionMoments(200, 9000),
      treatment: proportionMoments(10, 1000),
    }).absolute as TestResult;

    expect(absolute).toMatchObject({ method: 'pooled-t', standardError: expect.closeTo(50 * share.standardError, 3) });
    expect((absolute as TestResult).pValue).toBeCloseTo(share.pValue, 4);
  });

  it("is Welch's test where values other than 0 are many, or most", () => {
    const few: Moments = { n: 5, sum: 15, sumOfSquares: 55, nonZero: 5, negative: 0 };

    expect(compare(buyers(500, 50, 9000), buyers(70, 50, 1000)).absolute).toMatchObject({ method: 'welch-t' });
    expect(compare(few, { ...few, sum: 20, sumOfSquares: 90 }).absolute).toMatchObject({ method: 'welch-t' });
  });

  it('keeps a relative interval above -100 percent only where no value is negative', () => {
    const control: Moments = { n: 4, sum: 20, sumOfSquares: 110, nonZero: 4, negative: 0 };
    const treatment: Moments = { n: 4, sum: 1, sumOfSquares: 11, nonZero: 4, negative: 0 };
    const lowerOf = (negative: number): number | null | undefined => {
      const { relative } = compare(control, { ...treatment, negative });
      return relative.estimable ? relative.interval.lower : undefined;
    };

    expect(lowerOf(0)).toBe(-1);
    expect(lowerOf(2)).toBeLessThan(-1);
  });
});

describe('the standard error of a difference of shares for several looks', () => {
  it('is the larger of the pooled one and that of the two shares', () => {
    const fewer = absoluteDifference(pairProportions(proportionMoments(360, 18_000), proportionMoments(10, 2000)));
    const more = absoluteDifference(pairProportions(proportionMoments(360, 18_000), proportionMoments(90, 2000)));
    const pooled = Math.sqrt(0.0185 * 0.9815 * (1 / 18_000 + 1 / 2000));

    expect(fewer).toMatchObject({ standardError: expect.closeTo(pooled, 12) });
    expect(more).toMatchObject({
      standardError: expect.closeTo(Math.sqrt((0.02 * 0.98) / 18_000 + (0.045 * 0.955) / 2000), 12),
    });
  });

  it('does not exist while the smaller arm expects fewer than 25 events', () => {
    expect(pairProportions(proportionMoments(18, 9000), proportionMoments(0, 1000))).toMatchObject({
      reason: 'TOO_FEW_EVENTS',
      detail: expect.stringContaining('the smaller arm would have 1.8 with it or without it'),
    });
    expect(pairProportions(proportionMoments(240, 9000), proportionMoments(0, 1000))).toMatchObject({
      reason: 'TOO_FEW_EVENTS',
    });
    expect(pairProportions(proportionMoments(260, 9000), proportionMoments(0, 1000))).toMatchObject({
      estimable: true,
      isPooled: true,
    });
  });
});
