import { normalCdf, winsorize } from '@sortition/statistics';

import { momentsOfDraws } from './draw-columns.js';
import type { MetricModel } from './metric-model.js';

const { exp, log, sqrt } = Math;

/** Heavy-tailed positive units; an effect multiplies them, so that the tail grows too. */
export interface LognormalSetup {
  /** Standard deviation of the logarithm, above 0. */
  readonly sigma: number;
  /** Median of a unit, default 1. */
  readonly median?: number;
  /** Correlation of the logarithm with that of each covariate, a lognormal value of before. */
  readonly correlations?: readonly number[];
  /** Values beyond it count as the cap, in the outcome and the covariates; default none. */
  readonly cap?: number;
}

/** Units drawn one by one. The effect is on the mean, after the cap where there is one. */
export function lognormalModel({ sigma, median = 1, correlations = [], cap }: LognormalSetup): MetricModel {
  const rest = sqrt(1 - correlations.reduce((total, correlation) => total + correlation ** 2, 0));
  const caps = { lower: null, upper: cap ?? null };
  const capped = cap === undefined ? (value: number) => value : (value: number) => winsorize(value, caps);
  const meanAt = (factor: number) => cappedMean(sigma, factor * median, cap);
  const controlValue = meanAt(1);
  const factorOf = remember((effect: number) => factorReaching(meanAt, controlValue + effect));
  return {
    name: `mean, lognormal sigma ${sigma}`,
    controlValue,
    variance: median ** 2 * Math.expm1(sigma ** 2) * exp(sigma ** 2),
    draw(random, units, effect) {
      const scale = median * factorOf(effect);
      return momentsOfDraws(units, correlations.length, (row) => {
        let score = rest * random.normal();
        for (let index = 0; index < correlations.length; index += 1) {
          const before = random.normal();
          score += (correlations[index] ?? 0) * before;
          row[index + 1] = capped(median * exp(sigma * before));
        }
        row[0] = capped(scale * exp(sigma * score));
      });
    },
  };
}

/** E min(X, cap) of a lognormal X. */
function cappedMean(sigma: number, median: number, cap: number | undefined): number {
  const mean = median * exp(sigma ** 2 / 2);
  if (cap === undefined) return mean;
  const z = log(cap / median) / sigma;
  return mean * normalCdf(z - sigma) + cap * normalCdf(-z);
}

/** Bisects for the factor between 1/16 and 16 at which the mean is as asked. */
function factorReaching(meanAt: (factor: number) => number, mean: number): number {
  let [low, high] = [1 / 16, 16];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (meanAt(middle) < mean) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function remember(compute: (argument: number) => number): (argument: number) => number {
  const known = new Map<number, number>();
  return (argument) => {
    const before = known.get(argument);
    if (before !== undefined) return before;
    const result = compute(argument);
    known.set(argument, result);
    return result;
  };
}
