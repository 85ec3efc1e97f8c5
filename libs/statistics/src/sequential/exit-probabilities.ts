import { requireFinite, requirePositive, StatisticsError } from '../result/index.js';

import { exitAt, OPEN_SIDE_LIMIT, subDensityAt } from './sub-density.js';
import type { ContinuationRegion, SubDensity } from './sub-density.js';

/** The z values at which a look stops a test; null on a side that cannot stop it. */
export interface LookBounds {
  /** Information at the look: the reciprocal of the squared standard error. */
  readonly information: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Probabilities of stopping for the first time at one look. */
export interface ExitProbability {
  readonly below: number;
  readonly above: number;
}

/** The probabilities of leaving known bounds, for any drift, from one recursion. */
export type ExitProbabilities = (drift: number) => readonly ExitProbability[];

/**
 * Prepares the exit probabilities of a sequence of looks with known bounds. The result takes the drift, which is the
 * effect on the scale of the estimate whose variance is 1 / information, and gives one entry a look.
 *
 * Source: Jennison & Turnbull (2000), chapter 19. Absolute error is below 1e-9.
 *
 * @throws StatisticsError when informations do not ascend from above 0 by a millionth each, a bound is not finite, or bounds cross.
 */
export function exitProbabilities(looks: readonly LookBounds[]): ExitProbabilities {
  checkLooks(looks);
  const before: (SubDensity | undefined)[] = [];
  let previous: SubDensity | undefined;
  for (const [index, look] of looks.entries()) {
    before.push(previous);
    const next = looks.slice(index + 1).find(isBounded);
    if (next !== undefined && isBounded(look)) {
      previous = subDensityAt(previous, look.information, continuationRegion(look), next.information);
    }
  }
  return (drift) =>
    looks.map(({ information, lower, upper }, index) => ({
      below: lower === null ? 0 : exitAt(before[index], information, lower, drift, 'below').probability,
      above: upper === null ? 0 : exitAt(before[index], information, upper, drift, 'above').probability,
    }));
}

/**
 * The region between a look's bounds; an open side ends where the density is negligible, and a bound where it is 0 in
 * double precision.
 */
export function continuationRegion({ lower, upper }: Pick<LookBounds, 'lower' | 'upper'>): ContinuationRegion {
  const [least, most] = [
    lower === null ? -OPEN_SIDE_LIMIT : -ZERO_DENSITY,
    upper === null ? OPEN_SIDE_LIMIT : ZERO_DENSITY,
  ];
  return {
    lower: Math.max(lower ?? -Infinity, Math.min(least, (upper ?? 0) - 1)),
    upper: Math.min(upper ?? Infinity, Math.max(most, (lower ?? 0) + 1)),
  };
}

/** Gains below this share of the information are too small to tell a look from the one before. */
export const SMALLEST_GAIN = 1e-6;

/** Beyond this many standard errors the density is 0 in double precision. */
const ZERO_DENSITY = 40;

/** A look that cannot stop the test leaves the process unchanged and is passed over. */
export function isBounded({ lower, upper }: Pick<LookBounds, 'lower' | 'upper'>): boolean {
  return lower !== null || upper !== null;
}

function checkLooks(looks: readonly LookBounds[]): void {
  for (const [index, { information, lower, upper }] of looks.entries()) {
    requirePositive(`looks[${index}].information`, information);
    const before = looks[index - 1]?.information ?? 0;
    if (information < before * (1 + SMALLEST_GAIN)) {
      throw new StatisticsError(`looks[${index}].information`, information, `exceed ${before} by a millionth or more`);
    }
    if (lower !== null) requireFinite(`looks[${index}].lower`, lower);
    if (upper !== null) requireFinite(`looks[${index}].upper`, upper);
    if (lower !== null && upper !== null && lower > upper) {
      throw new StatisticsError(`looks[${index}].lower`, lower, `be at most the upper bound ${upper}`);
    }
  }
}
