import type { EventCounts, Shares } from './restricted-shares.js';
import { sharesWithDifference, sharesWithRatio } from './restricted-shares.js';

/** A score statistic with the standard error that belongs to its null value. */
export interface ScoreStatistic {
  /** Near standard normal when the null value is true; grows with the effect seen. */
  readonly value: number;
  /** Of the contrast, at the null value. */
  readonly standardError: number;
}

/** How the statistic is brought to its normal distribution; see {@link scoreOfDifference}. */
export type ScoreCorrection = 'none' | 'skewness and continuity';

/**
 * The score statistic of a difference of shares: (p_T - p_C - difference) over the standard error at the restricted
 * maximum likelihood shares. At 0 that is the z-test with pooled variance, whose square is Pearson's chi-square; at a
 * margin the test of Farrington & Manning (Statistics in Medicine 1990).
 *
 * With the correction the difference is brought half an event nearer to the null value, as Yates did, and the statistic z
 * becomes the y with z = y + (y^2 - 1) s / 6, s its skewness at the restricted shares (Gart & Nam, Biometrics 1990; Laud,
 * Pharmaceutical Statistics 2017). That holds the level with any number of events and in arms of any sizes.
 *
 * @param difference in (-1, 1).
 */
export function scoreOfDifference(
  counts: EventCounts,
  difference: number,
  correction: ScoreCorrection,
): ScoreStatistic {
  return scoreOf(counts, sharesWithDifference(counts, difference), 1, difference, correction);
}

/**
 * The score statistic of a ratio of shares: p_T - ratio p_C over its standard error at the restricted maximum likelihood
 * shares (Koopman, Biometrics 1984; Miettinen & Nurminen, Statistics in Medicine 1985). At 1 it is the statistic of the
 * difference at 0, so that both scales come to the same decision.
 *
 * @param ratio above 0.
 */
export function scoreOfRatio(counts: EventCounts, ratio: number, correction: ScoreCorrection): ScoreStatistic {
  return scoreOf(counts, sharesWithRatio(counts, ratio), ratio, 0, correction);
}

/** The statistic of p_T - weight p_C - offset. */
function scoreOf(
  { controlUnits, controlEvents, treatmentUnits, treatmentEvents }: EventCounts,
  { control, treatment }: Shares,
  weight: number,
  offset: number,
  correction: ScoreCorrection,
): ScoreStatistic {
  const distance = treatmentEvents / treatmentUnits - (weight * controlEvents) / controlUnits - offset;
  const ofControl = (weight * weight * control * (1 - control)) / controlUnits;
  const ofTreatment = (treatment * (1 - treatment)) / treatmentUnits;
  const variance = ofControl + ofTreatment;
  const standardError = Math.sqrt(variance);
  if (variance === 0) return { value: distance === 0 ? 0 : Math.sign(distance) * IMPOSSIBLE, standardError };
  if (correction === 'none') return { value: bounded(distance / standardError), standardError };
  const half = 0.5 * (weight / controlUnits + 1 / treatmentUnits);
  const nearer = Math.sign(distance) * Math.max(0, Math.abs(distance) - half);
  const thirdMoment =
    (ofTreatment * (1 - 2 * treatment)) / treatmentUnits - (weight * ofControl * (1 - 2 * control)) / controlUnits;
  const value = withoutSkewness(bounded(nearer / standardError), thirdMoment / (variance * standardError) / 6);
  return { value: bounded(value), standardError };
}

/** The y with z = y + (y^2 - 1) a; past the turn of the parabola the y at the turn, which claims least. */
function withoutSkewness(z: number, a: number): number {
  if (Math.abs(a) < 1e-9) return z;
  const discriminant = 1 + 4 * a * (a + z);
  // 2 (a + z) / (1 + root) is the root of the quadratic near z, without cancellation for a small a.
  return discriminant <= 0 ? -1 / (2 * a) : (2 * (a + z)) / (1 + Math.sqrt(discriminant));
}

/** A statistic of data that the null value makes impossible; its p-value is 0 in double precision. */
const IMPOSSIBLE = 1e3;

function bounded(value: number): number {
  return Math.max(-IMPOSSIBLE, Math.min(IMPOSSIBLE, value));
}
