import type { MetricModel } from './metric-model.js';
import { singleColumn } from './metric-model.js';

/** Zeros and ones; the sum is binomial. */
export function proportionModel(share: number): MetricModel {
  return {
    name: `proportion ${share}`,
    controlValue: share,
    variance: share * (1 - share),
    draw(random, units, effect) {
      const successes = random.binomial(units, share + effect);
      return singleColumn(units, successes, successes);
    },
  };
}

/** Poisson counts a unit, drawn through how many units have 0, 1, 2, ... events. */
export function countModel(rate: number): MetricModel {
  return {
    name: `count, Poisson ${rate}`,
    controlValue: rate,
    variance: rate,
    draw(random, units, effect) {
      const frequencies = random.multinomial(units, poissonProbabilities(rate + effect));
      let [sum, squares] = [0, 0];
      for (const [events, count] of frequencies.entries()) {
        sum += events * count;
        squares += events * events * count;
      }
      return singleColumn(units, sum, squares);
    },
  };
}

const known = new Map<number, readonly number[]>();

/** Probabilities of 0, 1, 2, ... events; the last entry takes a tail below 1e-12. */
function poissonProbabilities(rate: number): readonly number[] {
  const before = known.get(rate);
  if (before !== undefined) return before;
  const probabilities: number[] = [];
  let [term, total] = [Math.exp(-rate), 0];
  for (let events = 0; total < 1 - 1e-12; events += 1) {
    probabilities.push(term);
    total += term;
    term *= rate / (events + 1);
  }
  known.set(rate, probabilities);
  return probabilities;
}
