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

  function binomial(trials: number, probability: number): number {
    if (trials === 0 || probability <= 0) return 0;
    if (probability >= 1) return trials;
    if (probability > 0.5) return trials - binomial(trials, 1 - probability);
    return trials * probability >= 30 ? splitAtMedian(trials, probability) : countByInversion(trials, probability);
  }

  /**
   * Draws the middle one of the uniform variates behind the trials, which is beta distributed, and goes on in the half
   * that it leaves open: Ahrens & Dieter (1974). The generator of @stdlib/random-base-binomial 0.2.2 has 7 % too little
   * variance at 20 expected successes.
   */
  function splitAtMedian(trials: number, probability: number): number {
    const below = 1 + Math.floor(trials / 2);
    const [first, second] = [gamma(below, 1), gamma(trials + 1 - below, 1)];
    const middle = first / (first + second);
    if (middle >= probability) return binomial(below - 1, probability / middle);
    return below + binomial(trials - below, (probability - middle) / (1 - middle));
  }

  /** Walks up the distribution function to a uniform variate: Devroye (1986), chapter X. */
  function countByInversion(trials: number, probability: number): number {
    const odds = probability / (1 - probability);
    let left = Math.exp(-gamma(1, 1));
    let term = Math.exp(trials * Math.log1p(-probability));
    let successes = 0;
    while (left > term && successes < trials) {
      left -= term;
      successes += 1;
      term *= (odds * (trials - successes + 1)) / successes;
    }
    return successes;
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
