import { requireFinite, requirePositive } from '../result/index.js';

import { finiteReadout } from './always-valid-readout.js';
import type { AlwaysValidReadout, SequentialEstimate } from './always-valid-readout.js';
import { checkAlpha, checkEstimate, checkPreviousPValue } from './validate-always-valid.js';

/** How a mixture sequential probability ratio test is built; fixed before the data. */
export interface MixtureSprtOptions {
  /** Error rate over all looks together, in (0, 1). */
  readonly alpha: number;
  /** Variance of the normal mixture over effects, above 0 and constant over looks: about the square of a likely effect. */
  readonly mixtureVariance: number;
  /** The p-value of the look before; the test's p-value never rises. */
  readonly previousPValue?: number;
}

/** The readout with the likelihood ratio it rests on. */
export interface MixtureSprtReadout extends AlwaysValidReadout {
  /** Natural logarithm of the mixture likelihood ratio. */
  readonly logLikelihoodRatio: number;
}

/**
 * The two-sided mixture sequential probability ratio test of a normal effect.
 *
 * Lambda = sqrt(V / (V + tau^2)) exp(tau^2 d^2 / (2 V (V + tau^2))), p = min(previous p, 1 / Lambda),
 * interval d +/- sqrt(V (V + tau^2) / tau^2 ln((V + tau^2) / (V alpha^2))), with V the squared standard error:
 * Johari, Koomen, Pekelis & Walsh (2022), Operations Research 70(3). tau^2 must not shrink with the sample:
 * a mixture that follows V gives a constant bound, which is not always valid.
 *
 * @throws StatisticsError for numbers out of range.
 */
export function mixtureSprt(
  estimate: Pick<SequentialEstimate, 'effect' | 'standardError'>,
  { alpha, mixtureVariance, previousPValue = 1 }: MixtureSprtOptions,
): MixtureSprtReadout {
  checkAlpha(alpha, 'two');
  checkEstimate({ ...estimate, sampleSize: 1 });
  requirePositive('mixtureVariance', mixtureVariance);
  checkPreviousPValue(previousPValue);
  const variance = requirePositive('standardError^2', estimate.standardError ** 2);
  const total = variance + mixtureVariance;
  const { effect } = estimate;
  const logLikelihoodRatio =
    0.5 * Math.log(variance / total) + ((mixtureVariance / total) * effect * effect) / (2 * variance);
  const half = Math.sqrt(((variance * total) / mixtureVariance) * (Math.log(total / variance) - 2 * Math.log(alpha)));
  requireFinite('logLikelihoodRatio', logLikelihoodRatio);
  return finiteReadout({
    lower: effect - half,
    upper: effect + half,
    pValue: Math.min(previousPValue, 1, Math.exp(-logLikelihoodRatio)),
    logLikelihoodRatio,
  });
}
