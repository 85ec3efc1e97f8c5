import erfcinv from '@stdlib/math-base-special-erfcinv';
import cdf from '@stdlib/stats-base-dists-normal-cdf';
import pdf from '@stdlib/stats-base-dists-normal-pdf';

import { requireOpenUnit } from '../result/checks.js';

/** Density of the standard normal distribution. */
export function normalPdf(x: number): number {
  return pdf(x, 0, 1);
}

/** P(Z <= x) for a standard normal Z, with full relative accuracy in the lower tail (down to about x = -37). */
export function normalCdf(x: number): number {
  return cdf(x, 0, 1);
}

/** P(Z > x) for a standard normal Z, with full relative accuracy in the upper tail. */
export function normalSurvival(x: number): number {
  return cdf(-x, 0, 1);
}

/**
 * The x with P(Z <= x) = p, by x = -sqrt(2) erfcinv(2p), accurate for p near 0. For p near 1 use
 * {@link normalUpperQuantile} with 1 - p.
 *
 * @throws StatisticsError when p is not strictly between 0 and 1.
 */
export function normalQuantile(p: number): number {
  requireOpenUnit('p', p);
  return p === 0.5 ? 0 : -Math.SQRT2 * erfcinv(2 * p);
}

/**
 * The x with P(Z > x) = p, accurate for p near 0. The two-sided critical value at level alpha is
 * `normalUpperQuantile(alpha / 2)`.
 *
 * @throws StatisticsError when p is not strictly between 0 and 1.
 */
export function normalUpperQuantile(p: number): number {
  return p === 0.5 ? 0 : -normalQuantile(p);
}
