import binomialFactory from '@stdlib/random-base-binomial';
import gammaFactory from '@stdlib/random-base-gamma';
import zigguratFactory from '@stdlib/random-base-improved-ziggurat';

/** Seeded random variates; the same seed gives the same sequence on every platform. */
export interface Random {
  /** A standard normal variate. */
  normal(): number;
  chiSquare(degreesOfFreedom: number): number;
  /** Successes among `trials`, exact for every size. */
  binomial(trials: number, probability: number): number;
  /** How `trials` fall into categories of the given probabilities, which sum to 1. */
  multinomial(trials: number, probabilities: readonly number[]): number[];
}

/** @param seed a positive 32-bit integer. */
export function createRandom(seed: number): Random {
  const normal = zigguratFactory.factory({ seed });
  const gamma = gammaFactory.factory({ seed: seed + 1 });
  const largeBinomial = binomialFactory.factory({ seed: seed + 2 });

  function binomial(trials: number, probability: number): number {
    if (trials === 0 || probability <= 0) return 0;
    if (probability >= 1) return trials;
    if (probability > 0.5) return trials - binomial(trials, 1 - probability);
    if (trials * probability >= 10) return largeBinomial(trials, probability);
    return countByWaiting(trials, probability);
  }

  /** Sums geometric waiting times until the trials are used up: Devroye (1986), chapter X. */
  function countByWaiting(trials: number, probability: number): number {
    const rate = -Math.log1p(-probability);
    let used = 0;
    for (let successes = 0; ; successes += 1) {
      used += Math.floor(gamma(1, 1) / rate) + 1;
      if (used > trials) return successes;
    }
  }

  return {
    normal: () => normal(),
    chiSquare: (degreesOfFreedom) => gamma(degreesOfFreedom / 2, 0.5),
    binomial,
    multinomial(trials, probabilities) {
      let [left, mass] = [trials, 1];
      return probabilities.map((probability, index) => {
        const count = index === probabilities.length - 1 ? left : binomial(left, Math.min(1, probability / mass));
        left -= count;
        mass -= probability;
        return count;
      });
    },
  };
}
