import { finiteReadout } from './always-valid-readout.js';
import type { AlwaysValidReadout, SequentialEstimate } from './always-valid-readout.js';
import { checkAlpha, checkEstimate, checkSampleSize } from './validate-always-valid.js';
import { requireOneOf } from './validate-group-sequential.js';

/** How an asymptotic confidence sequence is built; fixed before the data. */
export interface ConfidenceSequenceOptions {
  /** Error rate over all looks together, in (0, 1). */
  readonly alpha: number;
  /** `two` for an interval; `one` for a lower bound, with the alternative that the effect is above 0. */
  readonly sides: 'one' | 'two';
  /** Total sample size of the compared arms at which the sequence is to be tightest, at least 1. */
  readonly tunedAt: number;
}

/**
 * The mixture parameter rho that makes the sequence tightest at sample size `tunedAt`.
 *
 * rho = sqrt((-2 ln a + ln(-2 ln a + 1)) / n*), with a = alpha (two-sided) or 2 alpha (one-sided):
 * Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, arXiv 2103.06476v7, eq. 155 and 161. It is rho = 1 / sqrt(r) for the
 * parameter r of Howard, Ramdas, McAuliffe & Sekhon (2021), eq. 14.
 *
 * @throws StatisticsError when alpha is not in (0, 1), one-sided alpha is 0.5 or more, or `tunedAt` is below 1.
 */
export function mixtureScale({ alpha, sides, tunedAt }: ConfidenceSequenceOptions): number {
  requireOneOf('sides', sides, ['one', 'two']);
  checkAlpha(alpha, sides);
  checkSampleSize('tunedAt', tunedAt);
  const twoSidedLevel = sides === 'two' ? alpha : 2 * alpha;
  const logTerm = -2 * Math.log(twoSidedLevel);
  return Math.sqrt((logTerm + Math.log1p(logTerm)) / tunedAt);
}

/**
 * The half-width of the confidence sequence as a multiple of the standard error, at sample size `sampleSize`.
 *
 * Two-sided: sqrt(2 (n rho^2 + 1) / (n rho^2) ln(sqrt(n rho^2 + 1) / alpha)), arXiv 2103.06476v7, eq. 9.
 * One-sided: ln(1 + sqrt(n rho^2 + 1) / (2 alpha)) in place of the logarithm, eq. 134.
 *
 * @param sampleSize units seen so far in the compared arms together, at least 1.
 */
export function confidenceSequenceMultiplier(options: ConfidenceSequenceOptions, sampleSize: number): number {
  const rho = mixtureScale(options);
  checkSampleSize('sampleSize', sampleSize);
  const growth = sampleSize * rho * rho;
  const root = Math.sqrt(growth + 1);
  const logTerm = options.sides === 'two' ? Math.log(root / options.alpha) : Math.log1p(root / (2 * options.alpha));
  return Math.sqrt(((2 * (growth + 1)) / growth) * logTerm);
}

/**
 * An interval and a p-value that hold at every look, asymptotically: with probability near 1 - alpha all the intervals
 * of a running experiment cover the effect, however often and whenever it is looked at.
 *
 * The p-value is that of the mixture with this rho: it is at most alpha exactly when the interval leaves out 0.
 * Two-sided 1 / E with E = exp(n rho^2 z^2 / (2 (n rho^2 + 1))) / sqrt(n rho^2 + 1); one-sided
 * sqrt(n rho^2 + 1) / (2 (exp(n rho^2 z^2 / (2 (n rho^2 + 1))) - 1)) for z > 0. A running minimum over looks is
 * valid too.
 *
 * Asymptotic: with few units or heavy tails at the first looks the error rate may be above alpha; docs/simulation.md
 * lists the sizes and data for which it was measured.
 *
 * @throws StatisticsError for a standard error that is not above 0, or numbers out of range.
 */
export function confidenceSequence(
  estimate: SequentialEstimate,
  options: ConfidenceSequenceOptions,
): AlwaysValidReadout {
  checkEstimate(estimate);
  const { effect, standardError, sampleSize } = estimate;
  const rho = mixtureScale(options);
  const half = standardError * confidenceSequenceMultiplier(options, sampleSize);
  const growth = sampleSize * rho * rho;
  const z = effect / standardError;
  const exponent = (growth * z * z) / (2 * (growth + 1));
  const root = Math.sqrt(growth + 1);
  const twoSided = root * Math.exp(-exponent);
  const oneSided = z <= 0 ? 1 : root / (2 * Math.expm1(exponent));
  return finiteReadout({
    lower: effect - half,
    upper: options.sides === 'two' ? effect + half : null,
    pValue: Math.min(1, options.sides === 'two' ? twoSided : oneSided),
  });
}
