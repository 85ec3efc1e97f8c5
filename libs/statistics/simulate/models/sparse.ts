import { momentsOfDraws } from './draw-columns.js';
import type { MetricModel } from './metric-model.js';

/**
 * Spend of which most is 0: a share of the units buys, for a lognormal amount with median 1. An effect is on the share.
 * The second column is 1 where the first is not 0.
 */
export function sparseModel(share: number, sigma: number): MetricModel {
  const amount = Math.exp(sigma ** 2 / 2);
  const squares = Math.exp(2 * sigma ** 2);
  return {
    name: `mean, ${100 * share} % not 0, lognormal sigma ${sigma}`,
    controlValue: share * amount,
    variance: share * squares - (share * amount) ** 2,
    draw(random, units, effect) {
      const buyers = random.binomial(units, share + effect / amount);
      const drawn = momentsOfDraws(buyers, 1, (row) => {
        row[0] = Math.exp(sigma * random.normal());
        row[1] = 1;
      });
      return { ...drawn, n: units };
    },
  };
}
