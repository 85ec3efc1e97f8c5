import { notEstimable, requireFinite, requireNonNegative, requirePositive, withinRange } from '../result/index.js';
import type { Estimable, Outcome } from '../result/index.js';

/** Two estimates whose ratio is asked for. */
export interface RatioOfEstimates {
  readonly numerator: number;
  /** Squared standard error of the numerator, 0 or more. */
  readonly numeratorVariance: number;
  readonly denominator: number;
  /** Squared standard error of the denominator, 0 or more. */
  readonly denominatorVariance: number;
  /** Covariance of the two estimates. */
  readonly covariance: number;
  /** Above 0, for example 1.96 for 95 percent by the normal distribution. */
  readonly criticalValue: number;
}

export interface RatioInterval extends Estimable {
  readonly lower: number;
  readonly upper: number;
  /** Fieller's g = c^2 var(D) / D^2, below 1; near 0 the interval meets the delta method's. */
  readonly g: number;
}

/**
 * Fieller's interval: all r for which |N - r D| <= c sqrt(var N - 2 r cov + r^2 var D), the roots of a quadratic in r
 * (Fieller, JRSS B 1954). Bounded only while the denominator differs from 0 at the same level, that is for g < 1;
 * otherwise not estimable (`DENOMINATOR_NOT_CLEARLY_OFF_ZERO`), and only the point may be shown.
 *
 * @throws StatisticsError on a value that is not finite, a negative variance or a critical value not above 0.
 */
export function fiellerInterval(input: RatioOfEstimates): Outcome<RatioInterval> {
  const { numerator, denominator, numeratorVariance, denominatorVariance, covariance, criticalValue } = input;
  requireFinite('numerator', numerator);
  requireFinite('denominator', denominator);
  requireNonNegative('numeratorVariance', numeratorVariance);
  requireNonNegative('denominatorVariance', denominatorVariance);
  requireFinite('covariance', covariance);
  const c2 = requirePositive('criticalValue', criticalValue) ** 2;
  if (denominator === 0) return notEstimable('ZERO_DENOMINATOR', 'the denominator is 0');
  const g = (c2 * denominatorVariance) / denominator / denominator;
  if (!(g < 1)) {
    const detail = `Fieller's g = ${g} is not below 1: the denominator ${denominator} is not clearly off 0`;
    return notEstimable('DENOMINATOR_NOT_CLEARLY_OFF_ZERO', detail);
  }
  const point = numerator / denominator;
  const tilt = (c2 * covariance) / denominator / denominator;
  const centre = point - tilt;
  const product = point * point - (c2 * numeratorVariance) / denominator / denominator;
  const spread = Math.sqrt(Math.max(0, centre * centre - (1 - g) * product));
  const [lower, upper] = [(centre - spread) / (1 - g), (centre + spread) / (1 - g)];
  return withinRange({ estimable: true, lower, upper, g }, lower, upper, g);
}
