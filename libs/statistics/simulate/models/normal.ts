import type { MetricModel } from './metric-model.js';
import { singleColumn } from './metric-model.js';

/** Normal units: the sum is normal and the centred squares are chi-square, so that they are drawn directly. */
export function normalModel(mean: number, deviation: number): MetricModel {
  return {
    name: 'mean, normal',
    controlValue: mean,
    variance: deviation ** 2,
    draw(random, units, effect) {
      const average = mean + effect + (deviation / Math.sqrt(units)) * random.normal();
      const centred = units > 1 ? deviation ** 2 * random.chiSquare(units - 1) : 0;
      return singleColumn(units, units * average, centred + units * average ** 2);
    },
  };
}
