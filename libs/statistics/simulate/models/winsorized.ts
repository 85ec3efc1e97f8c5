import { momentsOf, winsorizedMoments } from '@sortition/statistics';

import type { MetricModel } from './metric-model.js';
import { singleColumn } from './metric-model.js';

const { exp } = Math;

/** Lognormal units exp(N(0, sigma^2)) capped at `cap`; without an effect, because a cap does not shift with one. */
export function winsorizedModel(sigma: number, cap: number): MetricModel {
  return {
    name: `mean, lognormal sigma ${sigma}`,
    controlValue: Number.NaN,
    variance: Number.NaN,
    draw(random, units) {
      const values = Array.from({ length: units }, () => exp(sigma * random.normal()));
      const within = momentsOf(values.filter((value) => value <= cap));
      const { n, sum, sumOfSquares } = winsorizedMoments(
        { within, below: 0, above: units - within.n },
        { lower: null, upper: cap },
      );
      return singleColumn(n, sum, sumOfSquares);
    },
  };
}
