import type { MetricModel } from './metric-model.js';
import { singleColumn } from './metric-model.js';

const { exp } = Math;

/** Heavy-tailed positive units exp(N(0, sigma^2)), drawn one by one; the effect multiplies, so that tails grow too. */
export function lognormalModel(sigma: number): MetricModel {
  const mean = Math.exp(sigma ** 2 / 2);
  return {
    name: `mean, lognormal sigma ${sigma}`,
    controlValue: mean,
    variance: Math.expm1(sigma ** 2) * Math.exp(sigma ** 2),
    draw(random, units, effect) {
      const factor = 1 + effect / mean;
      let [sum, squares] = [0, 0];
      for (let unit = 0; unit < units; unit += 1) {
        const value = factor * exp(sigma * random.normal());
        sum += value;
        squares += value * value;
      }
      return singleColumn(units, sum, squares);
    },
  };
}
