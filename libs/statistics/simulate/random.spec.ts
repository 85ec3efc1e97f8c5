import { describe, expect, it } from '@jest/globals';

import { createRandom } from './random.js';

describe('the random variates of the simulation', () => {
  // Limits are five standard errors of the mean and of the variance of 20,000 draws.
  it.each([
    [400, 0.02],
    [1300, 0.02],
    [8000, 0.05],
    [3000, 0.2],
    [560, 0.92],
  ])('draw the successes of %d trials of chance %d with binomial mean and variance', (trials, chance) => {
    const random = createRandom(41);
    const draws = 20_000;
    const deviation = Math.sqrt(trials * chance * (1 - chance));
    let [sum, squares] = [0, 0];
    for (let draw = 0; draw < draws; draw += 1) {
      const score = (random.binomial(trials, chance) - trials * chance) / deviation;
      sum += score;
      squares += score * score;
    }

    expect(Math.abs(sum / draws)).toBeLessThan(5 * Math.sqrt(1 / draws));
    expect(Math.abs(squares / draws - 1)).toBeLessThan(5 * Math.sqrt(2.2 / draws));
  });
});
