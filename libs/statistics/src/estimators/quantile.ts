import { normalUpperQuantile } from '../distributions/index.js';
import type { JointMoments } from '../moments/index.js';
import {
  notEstimable,
  requireCount,
  requireFinite,
  requireOpenUnit,
  requirePositive,
  StatisticsError,
} from '../result/index.js';
import type { Estimable, Outcome } from '../result/index.js';
import type { ArmEstimate } from './arm-estimate.js';
import { tooFewUnits } from './mean.js';
import { ratio } from './ratio.js';

/** The two probabilities whose sample quantiles bracket a quantile. */
export interface QuantileLevels extends Estimable {
  readonly lower: number;
  readonly upper: number;
}

/** Sample quantiles of one arm, as a warehouse returns them. */
export interface QuantileReading {
  /** The quantile that is asked for, in (0, 1): 0.5 is the median. */
  readonly probability: number;
  /** Sample quantile at `probability`. */
  readonly quantile: number;
  /** Sample quantile at the lower of the {@link quantileLevels}. */
  readonly lowerQuantile: number;
  /** Sample quantile at the upper of the {@link quantileLevels}. */
  readonly upperQuantile: number;
  /** The size the levels were made for, above 0. Need not be the true size: the estimate corrects for it. */
  readonly levelSize: number;
  /** The alpha the levels were made for, in (0, 1). */
  readonly levelAlpha: number;
}

/**
 * Levels p -+ z sqrt(p (1 - p) / size) of the outer confidence interval of a quantile (Deng, Knoblich & Lu, KDD 2018,
 * on percentiles; Yao, Li & Lu, arXiv 2401.14549, algorithm 1). Not estimable (`TOO_FEW_UNITS`) when a level would leave
 * (0, 1), that is for size <= z^2 p / (1 - p) or size <= z^2 (1 - p) / p.
 *
 * @param probability in (0, 1).
 * @param size number of observations, or any number near it, above 0.
 * @param alpha in (0, 1).
 * @throws StatisticsError on an argument outside its range.
 */
export function quantileLevels(probability: number, size: number, alpha = 0.05): Outcome<QuantileLevels> {
  requireOpenUnit('probability', probability);
  requirePositive('size', size);
  requireOpenUnit('alpha', alpha);
  const reach = normalUpperQuantile(alpha / 2) * Math.sqrt((probability * (1 - probability)) / size);
  const [lower, upper] = [probability - reach, probability + reach];
  if (!(lower > 0 && upper < 1)) {
    const detail = `${size} observations are too few for the quantile at ${probability}: the levels ${lower} and ${upper} leave (0, 1)`;
    return notEstimable('TOO_FEW_UNITS', detail);
  }
  return { estimable: true, lower, upper };
}

/**
 * Quantile of a value per unit, units independent: standard error = (upper - lower) / (2 z), corrected by
 * sqrt(levelSize / n) when the levels were made for another size. Not estimable: n below 2, levels outside (0, 1), or
 * equal upper and lower quantiles (`ZERO_VARIANCE`; too many ties for this method).
 *
 * @param n number of units.
 * @throws StatisticsError on an argument outside its range or quantiles that are not in ascending order.
 */
export function unitQuantile(reading: QuantileReading, n: number): Outcome<ArmEstimate> {
  requireCount('n', n);
  checkReading(reading);
  if (n < 2) return tooFewUnits(n);
  const { probability } = reading;
  return fromShareVariance(reading, n, (probability * (1 - probability)) / n);
}

/**
 * Quantile over events whose units have many events each, for example page load times per view with users randomised.
 * The events of a unit are dependent, so the interval for independent events is rescaled by the cluster-robust standard
 * error of the share of events at or below the quantile, a ratio metric over units (Deng, Knoblich & Lu, KDD 2018,
 * on percentiles; Yao, Li & Lu, arXiv 2401.14549, algorithm 1).
 *
 * Not estimable under the conditions of {@link unitQuantile} and of {@link ratio}.
 *
 * @param below joint moments over units of (number of events at or below the quantile, number of events).
 * @throws StatisticsError on an argument outside its range or moments that no data has.
 */
export function eventQuantile(reading: QuantileReading, below: JointMoments): Outcome<ArmEstimate> {
  checkReading(reading);
  const share = ratio(below, 'below');
  return share.estimable ? fromShareVariance(reading, share.n, share.variance) : share;
}

function fromShareVariance(reading: QuantileReading, n: number, shareVariance: number): Outcome<ArmEstimate> {
  const { probability, quantile, lowerQuantile, upperQuantile, levelSize, levelAlpha } = reading;
  const levels = quantileLevels(probability, levelSize, levelAlpha);
  if (!levels.estimable) return levels;
  if (!(upperQuantile > lowerQuantile && shareVariance > 0)) {
    const detail = `the sample quantiles at ${levels.lower} and ${levels.upper} are both ${quantile}: too many ties`;
    return notEstimable('ZERO_VARIANCE', detail);
  }
  const independentError = (upperQuantile - lowerQuantile) / (2 * normalUpperQuantile(levelAlpha / 2));
  const correction = (shareVariance * levelSize) / (probability * (1 - probability));
  return {
    estimable: true,
    n,
    value: quantile,
    variance: independentError * independentError * correction,
    degreesOfFreedom: n - 1,
  };
}

function checkReading(reading: QuantileReading): void {
  requireOpenUnit('probability', reading.probability);
  requireFinite('quantile', reading.quantile);
  requireFinite('lowerQuantile', reading.lowerQuantile);
  requireFinite('upperQuantile', reading.upperQuantile);
  if (reading.lowerQuantile > reading.quantile) {
    throw new StatisticsError('lowerQuantile', reading.lowerQuantile, `be at most quantile = ${reading.quantile}`);
  }
  if (reading.upperQuantile < reading.quantile) {
    throw new StatisticsError('upperQuantile', reading.upperQuantile, `be at least quantile = ${reading.quantile}`);
  }
}
