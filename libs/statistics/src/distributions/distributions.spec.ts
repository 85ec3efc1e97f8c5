import { describe, expect, it } from '@jest/globals';

import {
  betaCdf,
  betaQuantile,
  chiSquareQuantile,
  chiSquareSurvival,
  gaussLegendre,
  normalCdf,
  normalQuantile,
  normalSurvival,
  normalUpperQuantile,
  studentCdf,
  studentSurvival,
  studentUpperQuantile,
} from './index.js';

describe('normal distribution', () => {
  it('has the two-sided 5 percent critical value 1.959963984540054', () => {
    expect(normalUpperQuantile(0.025)).toBeCloseTo(1.959963984540054, 12);
  });

  // Known value: Phi(-8) = 6.220960574271785e-16 (NIST DLMF 7.17 tables by erfc).
  it('keeps the relative accuracy of far tails', () => {
    expect(normalCdf(-8) / 6.220960574271785e-16).toBeCloseTo(1, 10);
    expect(normalSurvival(8)).toBe(normalCdf(-8));
  });

  it.each([0.3, 0.05, 1e-7, 1e-16, 1e-30, 1e-100, 1e-300])('inverts its own lower tail at %p', (p) => {
    expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 8);
  });

  it.each([0, 1, -0.1, Number.NaN])('refuses the probability %p', (p) => {
    expect(() => normalQuantile(p)).toThrow(/^p must lie strictly between 0 and 1/);
  });
});

describe("Student's t distribution", () => {
  // Classical table: t(0.975; 1) = 12.7062, t(0.975; 10) = 2.228139, t(0.975; 30) = 2.042272.
  it.each([
    [1, 12.7062047364],
    [10, 2.228138852],
    [30, 2.0422724563],
  ])('has the tabulated 5 percent critical value at %d degrees of freedom', (degreesOfFreedom, expected) => {
    expect(studentUpperQuantile(0.025, degreesOfFreedom)).toBeCloseTo(expected, 8);
  });

  it('is the Cauchy distribution at one degree of freedom, far into the tail', () => {
    expect(studentSurvival(1e6, 1) / (Math.atan(1e-6) / Math.PI)).toBeCloseTo(1, 9);
  });

  it('meets the normal distribution as degrees of freedom grow', () => {
    expect(studentCdf(-3, 1e12)).toBeCloseTo(normalCdf(-3), 10);
  });

  it('refuses degrees of freedom that are not above 0', () => {
    expect(() => studentCdf(1, 0)).toThrow('degreesOfFreedom must be a finite number above 0, got 0.');
  });
});

describe('chi-square distribution', () => {
  // facts: experimentation 3.6, critical values at level 0.001.
  it.each([
    [1, 10.827566],
    [2, 13.815511],
    [3, 16.266236],
    [4, 18.466827],
  ])('has the tabulated 0.1 percent critical value at %d degrees of freedom', (degreesOfFreedom, expected) => {
    expect(chiSquareQuantile(0.999, degreesOfFreedom)).toBeCloseTo(expected, 6);
  });

  it('is exponential at two degrees of freedom, far into the tail', () => {
    expect(chiSquareSurvival(200, 2) / Math.exp(-100)).toBeCloseTo(1, 9);
  });
});

describe('beta distribution', () => {
  it('is uniform for a = b = 1 and a power law for b = 1', () => {
    expect(betaCdf(0.3, 1, 1)).toBeCloseTo(0.3, 14);
    expect(betaQuantile(0.5, 4, 1)).toBeCloseTo(0.5 ** 0.25, 12);
  });
});

describe('gaussLegendre', () => {
  // Abramowitz & Stegun, table 25.4, n = 5.
  it('has the tabulated 5-point nodes and weights', () => {
    const { nodes, weights } = gaussLegendre(5);

    expect([...nodes].map(Math.abs).slice(2)).toEqual([
      0,
      expect.closeTo(0.538469310105683, 14),
      expect.closeTo(0.906179845938664, 14),
    ]);
    expect([...weights].slice(2)).toEqual([
      expect.closeTo(0.568888888888889, 14),
      expect.closeTo(0.478628670499366, 14),
      expect.closeTo(0.236926885056189, 14),
    ]);
  });

  it.each([1, 2, 7, 64, 400])('integrates polynomials up to degree 2n - 1 exactly with %d points', (points) => {
    const { nodes, weights } = gaussLegendre(points);
    const degree = 2 * points - 2;

    const integral = nodes.reduce((sum, node, k) => sum + (weights[k] ?? 0) * node ** degree, 0);

    expect(integral).toBeCloseTo(2 / (degree + 1), 12);
  });

  it.each([0, 1.5, 2001])('refuses %p points', (points) => {
    expect(() => gaussLegendre(points)).toThrow(/^points must be a whole number/);
  });
});
