import type { MetricModel } from './metric-model.js';

const DENOMINATORS = [1, 2, 3, 5, 10];
const SHARES = [0.4, 0.25, 0.2, 0.1, 0.05];

/**
 * A ratio whose denominator (sessions) varies by unit and whose numerator has mean `ratio` and variance `noise` a
 * session, plus a unit's own level, so that the units and not the sessions are independent. Drawn by denominator.
 */
export function ratioModel(ratio: number, noise: number, unitNoise: number): MetricModel {
  const meanOf = (weight: (denominator: number) => number) =>
    DENOMINATORS.reduce((total, denominator, index) => total + (SHARES[index] ?? 0) * weight(denominator), 0);
  const varianceOf = (denominator: number) => noise * denominator + unitNoise * denominator ** 2;
  return {
    name: 'ratio',
    controlValue: ratio,
    variance: meanOf(varianceOf) / meanOf((denominator) => denominator) ** 2,
    draw(random, units, effect) {
      const [sums, squares] = [
        [0, 0],
        [0, 0, 0],
      ] as [[number, number], [number, number, number]];
      for (const [index, count] of random.multinomial(units, SHARES).entries()) {
        if (count === 0) continue;
        const denominator = DENOMINATORS[index] ?? 0;
        const variance = varianceOf(denominator);
        const average = (ratio + effect) * denominator + Math.sqrt(variance / count) * random.normal();
        const centred = count > 1 ? variance * random.chiSquare(count - 1) : 0;
        sums[0] += count * average;
        sums[1] += count * denominator;
        squares[0] += centred + count * average ** 2;
        squares[1] += count * average * denominator;
        squares[2] += count * denominator ** 2;
      }
      return {
        n: units,
        columns: ['numerator', 'denominator'],
        sums,
        crossProducts: [
          [squares[0], squares[1]],
          [squares[1], squares[2]],
        ],
      };
    },
  };
}
