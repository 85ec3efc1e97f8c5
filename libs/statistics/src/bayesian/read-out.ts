import { normalCdf, normalPdf, normalSurvival, normalUpperQuantile } from '../distributions/index.js';
import type { EffectEstimate, EffectScale } from '../estimators/index.js';
import type { Direction } from '../fixed-horizon/index.js';
import { requireFinite, requireOpenUnit, requirePositive } from '../result/index.js';
import type { Estimable, Outcome } from '../result/index.js';

/** What was believed about the effect before the data, on the scale of the effect. */
export interface NormalPrior {
  readonly mean: number;
  /** Above 0. On the relative scale 0.05 says that effects beyond 10 percent are rare. */
  readonly standardDeviation: number;
}

export interface BayesianOptions {
  /** Null for a flat prior, which adds nothing to the data. Default. */
  readonly prior?: NormalPrior | null;
  /** The direction that is good. Default increase. */
  readonly preferred?: Direction;
  /** The credible interval holds 1 - alpha. In (0, 1), default 0.05. */
  readonly alpha?: number;
}

/** What is believed about the effect after the data. */
export interface BayesianReadOut extends Estimable {
  readonly scale: EffectScale;
  readonly mean: number;
  readonly standardDeviation: number;
  readonly interval: { readonly lower: number; readonly upper: number };
  /** Probability that the effect lies in the preferred direction. */
  readonly probabilityToBeBetter: number;
  /** Expected loss, 0 or more, on the scale of the effect: what the choice costs on average where it is the wrong one. */
  readonly expectedLoss: {
    /** Of choosing treatment: E[max(0, -gain)]. */
    readonly treatment: number;
    /** Of choosing control: E[max(0, gain)]. */
    readonly control: number;
  };
}

/**
 * Bayesian reading of an effect, by the normal likelihood of its estimate and a conjugate normal prior N(m, t^2):
 * precision 1 / se^2 + 1 / t^2, mean the average of estimate and m weighted by precision (Gelman et al., Bayesian Data
 * Analysis, 3rd edition, section 2.5). With gain ~ N(g, s^2) in the preferred direction and u = g / s:
 * probability Phi(u), E[max(0, gain)] = g Phi(u) + s phi(u).
 *
 * It reads the same data as the frequentist results beside it. It does not license stopping at will: the false-positive
 * rate of a rule such as "ship at 95 percent" is not bounded under repeated looks.
 *
 * @throws StatisticsError on a prior that is not finite, a standard deviation not above 0 or alpha outside (0, 1).
 */
export function bayesianReadOut(
  effect: Outcome<EffectEstimate>,
  options: BayesianOptions = {},
): Outcome<BayesianReadOut> {
  const { prior = null, preferred = 'increase', alpha = 0.05 } = options;
  requireOpenUnit('alpha', alpha);
  if (prior) {
    requireFinite('prior.mean', prior.mean);
    requirePositive('prior.standardDeviation', prior.standardDeviation);
  }
  if (!effect.estimable) return effect;
  const { mean, standardDeviation } = posterior(effect, prior);
  const gain = preferred === 'increase' ? mean : -mean;
  const u = gain / standardDeviation;
  const reach = normalUpperQuantile(alpha / 2) * standardDeviation;
  return {
    estimable: true,
    scale: effect.scale,
    mean,
    standardDeviation,
    interval: { lower: mean - reach, upper: mean + reach },
    probabilityToBeBetter: normalCdf(u),
    expectedLoss: {
      treatment: Math.max(0, standardDeviation * normalPdf(u) - gain * normalSurvival(u)),
      control: Math.max(0, standardDeviation * normalPdf(u) + gain * normalCdf(u)),
    },
  };
}

function posterior({ estimate, standardError }: EffectEstimate, prior: NormalPrior | null): NormalPrior {
  if (!prior) return { mean: estimate, standardDeviation: standardError };
  // Weight of the prior, written so that neither square can overflow.
  const ratio = standardError / prior.standardDeviation;
  const weight = ratio > 1 ? 1 / (1 + ratio ** -2) : ratio ** 2 / (1 + ratio ** 2);
  const mean = weight * prior.mean + (1 - weight) * estimate;
  return { mean, standardDeviation: standardError / Math.hypot(1, ratio) };
}
