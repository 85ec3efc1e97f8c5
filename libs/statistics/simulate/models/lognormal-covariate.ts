import type { MetricModel } from './metric-model.js';

const { exp } = Math;
const SIGMA = 1;
const CORRELATION = 0.7;

/** A lognormal outcome with its lognormal value of before as covariate, drawn unit by unit; an effect multiplies. */
export const lognormalWithCovariate: MetricModel = {
  name: `mean, lognormal sigma ${SIGMA}`,
  controlValue: Math.exp(SIGMA ** 2 / 2),
  variance: Math.expm1(SIGMA ** 2) * Math.exp(SIGMA ** 2),
  draw(random, units, effect) {
    const factor = 1 + effect / this.controlValue;
    const rest = Math.sqrt(1 - CORRELATION ** 2);
    let [y, x, yy, xx, xy] = [0, 0, 0, 0, 0];
    for (let unit = 0; unit < units; unit += 1) {
      const before = random.normal();
      const covariate = exp(SIGMA * before);
      const outcome = factor * exp(SIGMA * (CORRELATION * before + rest * random.normal()));
      y += outcome;
      x += covariate;
      yy += outcome * outcome;
      xx += covariate * covariate;
      xy += outcome * covariate;
    }
    const crossProducts = [
      [yy, xy],
      [xy, xx],
    ];
    return { n: units, columns: ['outcome', 'covariate'], sums: [y, x], crossProducts };
  },
};
