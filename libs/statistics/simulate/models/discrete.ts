import { momentsOfCounts } from './draw-columns.js';
import type { MetricModel } from './metric-model.js';

/** A count a unit whose expected value depends on covariates that are 0 or 1, each 1 for three units of ten. */
interface DiscreteSetup {
  readonly name: string;
  /** Expected value of a unit, over all units. */
  readonly level: number;
  /** What each covariate adds to the expected value where it is 1, compared with where it is 0. */
  readonly slopes: readonly number[];
  readonly variance: number;
  /** Probabilities of the values 0, 1, 2, ... at an expected value. */
  readonly probabilities: (level: number) => readonly number[];
}

const SHARE_OF_ONES = 0.3;

/** Zeros and ones. */
export function proportionModel(share: number, slopes: readonly number[] = []): MetricModel {
  return discreteModel({
    name: `proportion ${share}`,
    level: share,
    slopes,
    variance: share * (1 - share),
    probabilities: (level) => [1 - level, level],
  });
}

/** Poisson counts a unit, given the covariates. */
export function countModel(rate: number, slopes: readonly number[] = []): MetricModel {
  return discreteModel({
    name: `count, Poisson ${rate}`,
    level: rate,
    slopes,
    variance: rate,
    probabilities: poissonProbabilities,
  });
}

/** Draws how many units have each combination of covariates and value. */
function discreteModel({ name, level, slopes, variance, probabilities }: DiscreteSetup): MetricModel {
  const groups = combinations(slopes.length).map((covariates) => ({
    covariates,
    share: covariates.reduce((share, value) => share * (value === 1 ? SHARE_OF_ONES : 1 - SHARE_OF_ONES), 1),
    level: level + covariates.reduce((sum, value, index) => sum + (slopes[index] ?? 0) * (value - SHARE_OF_ONES), 0),
  }));
  const shares = groups.map(({ share }) => share);
  return {
    name,
    controlValue: level,
    variance,
    draw(random, units, effect) {
      const sizes = random.multinomial(units, shares);
      const rows = groups.flatMap((group, index) =>
        random
          .multinomial(sizes[index] ?? 0, probabilities(group.level + effect))
          .map((count, value) => [[value, ...group.covariates], count] as const),
      );
      return momentsOfCounts(rows, slopes.length + 1);
    },
  };
}

function combinations(length: number): readonly (readonly number[])[] {
  return Array.from({ length: 2 ** length }, (_, code) => Array.from({ length }, (__, bit) => (code >> bit) & 1));
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
